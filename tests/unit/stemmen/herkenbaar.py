"""Made-up segments in which somebody could be known, by what gives it away. Nobody said any of this."""

NAMEN = (
    "Dat zei Fatima van hiernaast ook altijd.",
    "Mevrouw Van der Zwaluw kwam elke dinsdag.",
    "Ik heb het aan dokter Tjon gevraagd.",
    "Mijn begeleidster heet Aisha en zij is goud waard.",
    "Meneer El Amrani van het loket hielp ons.",
    "Toen belde Sjoerd Hoekstra mij zelf terug.",
    "Volgens juf Marieke gaat het beter met hem.",
    "mijn buurvrouw fatma brengt elke dag eten",
    "Opa Kwakkel woont nu bij ons in.",
    "Ik noem haar altijd Zus Boterbloem, zo kent de buurt haar.",
    "De begeleider, ene Quincy Lieveld, kwam nooit op tijd.",
    "Met pastoor Hemelrijk heb ik veel gepraat.",
    "Mohammed is mijn oudste en die regelt alles.",
)
ADRESSEN = (
    "Wij wonen in de Zwaluwbeekstraat, vlak bij de halte.",
    "Op Kometenlaan 12 is het altijd donker.",
    "Het is de Citroenvlinderdreef, derde portiek.",
    "Mijn postcode is 1312 AB, dan vindt u het wel.",
    "Ik woon op nummer 14, naast de speeltuin.",
    "Bij ons op de Laan der Muzen is dat normaal.",
    "Ze stond ineens voor de deur aan het Ketelmeerplein 3.",
    "In de zonnebloemsingel kent iedereen ons.",
    "Flat 27 is de ergste van allemaal.",
    "U kunt schrijven naar Parelmoerhof 8.",
)
SCHOLEN = (
    "Op basisschool De Zonnewijzer wisten ze het ook niet.",
    "Hij zit op het Baken Zuidland College in de tweede.",
    "Mijn dochter is weggestuurd van obs De Windroos.",
    "Het echnatoncollege wilde hem niet hebben.",
    "De intern begeleider van school De Kring belde mij.",
    "Hij gaat naar kinderdagverblijf Het Olifantje.",
    "Ze doet nu mbo bij ROC Flevomeer.",
    "Op het Polderlyceum ging het mis.",
)
WERKGEVERS = (
    "Ik werkte toen nog bij Bouwbedrijf Ooievaar.",
    "Mijn man staat bij garage Van Dam achter de balie.",
    "Ik zit al jaren achter de kassa bij de action.",
    "Ze is ontslagen bij Kruimel en Zonen.",
    "Hij reed als chauffeur voor Transportbedrijf De Wit.",
    "Mijn baan bij het Flevoziekenhuis ben ik kwijt.",
    "Ik deed de boekhouding van Zonnekracht B.V. en toen werd ik ziek.",
    "In kapsalon Bella hoor je alles.",
    "Vroeger stond ik bij Albert Heijn in de vleeswaren.",
)
ZIEKTEN = (
    "Mijn zoon heeft de ziekte van Duchenne.",
    "Sinds de diagnose ALS is alles anders.",
    "Ik ben 43 jaar en heb MS, hier in Haven kent iedereen mij.",
    "Als vrouw van 81 jaar met dementie val je in de Filmwijk op.",
    "Ik heb Huntington, net als mijn vader.",
    "Hij is 9 jaar en autistisch, en dat in onze straat.",
    "Een jongen van 17 jaar met schizofrenie in de Regenboogbuurt.",
    "Vanwege mijn taaislijmziekte kan ik niet werken.",
    "Ze is 36 jaar, verslaafd, en woont in Almere Buiten.",
    "Met Prader-Willi heb je dag en nacht toezicht nodig.",
    "Ik ben 29 jaar, blind, en loop elke dag door de Muziekwijk.",
    "Op mijn 52-jarige leeftijd kreeg ik in de Waterwijk parkinson.",
)
ROLLEN = (
    "Ik ben de enige loodgieter van de wijk.",
    "Als weduwe met een drieling in de Stedenwijk val je op.",
    "Mijn man is raadslid en woont ook in Almere Poort.",
    "Wethouder Zonneveld was er zelf bij.",
)
NUMMERS = (
    "Bel mij maar op 06 12345678.",
    "Mijn bsn is 111222333, staat op de brief.",
    "Mail naar a.b@voorbeeld.nl, dan antwoord ik.",
    "De bus met kenteken 12-ABC-3 staat altijd voor de deur.",
    "Het gebeurde op 12 maart 2014, dat vergeet ik niet.",
    "Ik ben geboren op 3 mei 1956.",
    "Het geld kwam op NL91 ABNA 0417 1643 00 binnen.",
)
OVERIG = (
    "We gaan naar de moskee Al Raza en daar hielpen ze ons.",
    "Bij voetbalclub Buitenboys zit hij in het eerste.",
    "Ik kom uit Lelystad en ken hier niemand.",
    "Onze hond heet Pluisje, dus dan weten ze wie ik ben.",
)
GEPLANT = (*NAMEN, *ADRESSEN, *SCHOLEN, *WERKGEVERS, *ZIEKTEN, *ROLLEN, *NUMMERS, *OVERIG)

# Said by nobody in particular: nothing here should be found.
GEWOON = (
    "Van een wijkteam had ik nog nooit gehoord, daar moest de dokter mij over vertellen.",
    "Ik ben 82 jaar en ik doe nog alles zelf.",
    "Je hoort op het nieuws dat alles anders wordt, maar voor mij heeft niemand het uitgelegd.",
    "Onderweg naar het stadhuis dacht ik: laat maar.",
    "De Wmo-consulent nam de tijd. Dat was fijn.",
    "Mijn zus wist de weg, anders had ik nu nog met lege handen gestaan.",
    "Ik woon al lang in Almere en in Haven is het goed wonen.",
    "Op school zeiden ze dat we naar de GGZ moesten.",
    "Met Kerst kwam er niemand. Toen heb ik gebeld.",
    "In het winkelcentrum is een inloop, elke maandag om 10 uur.",
    "Ik werk in de zorg en toch snapte ik die brief niet.",
    "Soms koop ik gewoon een fiets en dan is het probleem opgelost.",
    "Het pgb is ingewikkeld. Je moet alles zelf uitzoeken.",
    "We hebben zes weken gewacht op een antwoord van de gemeente.",
    "Als het klikt dan durf je dingen te zeggen.",
    "Ik heb suikerziekte en dat is lastig genoeg.",
    "Eerlijk gezegd merk ik er niets van.",
    "Mijn zoon heeft autisme en krijgt begeleiding.",
    "De enige reden dat het lukte was die ene mevrouw van het loket.",
    "De weg naar hulp vond ik zelf. De straat is hier rustig.",
    "Het was gewoonweg te veel, en halverwege ben ik gestopt.",
)
