(function () {
  var vak = document.getElementById("zoekvak"), zoek = document.getElementById("zoek");
  var uit = document.getElementById("gevonden"), rijen = document.querySelectorAll("#ingangen li");
  function kaal(tekst) { return tekst.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }
  function filter() {
    var woorden = kaal(zoek.value).split(/\s+/), aantal = 0;
    rijen.forEach(function (rij) {
      var tekst = kaal(rij.textContent), past = woorden.every(function (woord) { return tekst.indexOf(woord) >= 0; });
      rij.hidden = !past;
      aantal += past ? 1 : 0;
    });
    uit.textContent = zoek.value ? aantal + (aantal === 1 ? " cijfer gevonden" : " cijfers gevonden") : "";
  }
  vak.hidden = false;
  zoek.addEventListener("input", filter);
})();
