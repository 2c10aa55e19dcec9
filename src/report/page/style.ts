import { FIGURE_STYLE } from '../../figure/palette.js';

/** Style sheet of the page: light and dark as the reader has it, for screens of any width and for paper. */
export const PAGE_STYLE = `
:root{--paper:#fbfaf7;--card:#fff;--ink:#1d1f22;--muted:#5c626a;--line:#e2ddd2;--for:0 114 178;--against:200 75 0;
--serif:"Iowan Old Style","Palatino Linotype",Palatino,"Songti SC","Noto Serif CJK SC","Source Han Serif SC",Georgia,serif;
--sans:"Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}
@media (prefers-color-scheme:dark){:root{--paper:#131518;--card:#1a1d21;--ink:#e9e6df;--muted:#a0a6ae;--line:#2d3238;--for:90 180 234;--against:245 138 78}}
*{box-sizing:border-box}
html{color-scheme:light dark;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans);-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 28px}
header{padding-top:56px}
h1,h2{font-family:var(--serif);font-weight:600;line-height:1.15;margin:0;text-wrap:balance}
h1{font-size:clamp(30px,5vw,46px);letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:26px}h3{font-size:15px;margin:0 0 6px;font-weight:600}
p{margin:0 0 10px}.muted{color:var(--muted)}.small{font-size:13.5px}
.eyebrow{color:var(--muted);font-size:13px;letter-spacing:.09em;text-transform:uppercase;margin-bottom:8px}
.of{color:var(--muted);margin:10px 0 22px}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:4px 20px;border-block:1px solid var(--line);padding:10px 0;font-size:14px}
nav a{color:inherit;text-decoration:none}nav a:hover,nav a:focus{text-decoration:underline}
section{display:grid;grid-template-columns:250px minmax(0,1fr);gap:18px 44px;padding:44px 0;border-top:1px solid var(--line)}
main>section:first-child{border-top:0;padding-top:34px}
.lead{font-size:14.5px;color:var(--muted)}.lead h2{color:var(--ink);margin-bottom:12px}
.tiles{display:flex;flex-wrap:wrap;gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin-bottom:26px}
.tile{flex:1 1 118px;background:var(--card);padding:14px 16px}
.tile b{display:block;font:600 27px/1.1 var(--serif);font-variant-numeric:lining-nums tabular-nums}
.tile span{font-size:13px;color:var(--muted)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--least)),1fr));gap:30px 26px;align-items:start}
figure{margin:0;min-width:0}figcaption{font-size:13.5px;color:var(--muted);margin-top:8px}
figure>h3{margin-bottom:8px}
.scroll{overflow-x:auto}svg.figure{display:block;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 16px;padding:0;font-size:14px}
.legend li{display:flex;align-items:center;gap:7px}.legend svg{flex:none}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:6px 14px 6px 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child,th.text,td.text{text-align:left}td.text{white-space:normal;min-width:7em}th{font-weight:500;color:var(--muted)}
table+h3,.scroll+h3,.figures+h3{margin-top:30px}
.more{margin-top:30px}
.tokens{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,170px),1fr));gap:24px 24px;margin-top:8px}
.tokens ol{list-style:none;margin:0;padding:0;font-size:14px}
.tokens li{display:grid;grid-template-columns:minmax(0,1.9fr) minmax(20px,1fr) 44px;gap:8px;align-items:center;padding:3px 0}
.tokens .word{overflow-wrap:anywhere}.tokens .n{color:var(--muted);font-size:12.5px}
.tokens .share{text-align:right;font-variant-numeric:tabular-nums}
.meter{display:block;height:8px;border-radius:2px;background:var(--line);overflow:hidden}
.meter i{display:block;height:100%;background:currentColor}
.cases{display:grid;gap:16px}
.case{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px 18px;break-inside:avoid}
.case header{all:unset;display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;margin-bottom:10px;font-size:14px}
.case header b{font-weight:600}.case .id{margin-left:auto;color:var(--muted);font-size:12.5px;overflow-wrap:anywhere}
.words{font-size:17px;line-height:2.05;overflow-wrap:anywhere;margin:0 0 10px;white-space:pre-wrap}
.words span{border-radius:3px;padding:2px 0 3px}
.for{background:rgb(var(--for)/var(--a));border-bottom:2px solid rgb(var(--for)/var(--b))}
.against{background:rgb(var(--against)/var(--a));border-bottom:2px dashed rgb(var(--against)/var(--b))}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,240px),1fr));gap:6px 30px;font-size:13.5px}
.chances{display:grid;grid-template-columns:max-content minmax(40px,1fr) max-content;gap:3px 10px;align-items:center;font-variant-numeric:tabular-nums}
.verdict{display:inline-flex;gap:6px;align-items:center;vertical-align:bottom}
.strongest{font-size:13.5px;color:var(--muted);margin:10px 0 0}
.cases+h3,h3.group{margin:26px 0 12px;font:600 19px var(--serif)}h3.group:first-child{margin-top:0}
footer{padding:26px 28px 60px;color:var(--muted);font-size:13.5px}footer p{border-top:1px solid var(--line);padding-top:20px}
@media (max-width:860px){main,header,footer{padding-inline:18px}header{padding-top:32px}section{grid-template-columns:minmax(0,1fr);padding:34px 0}.words{font-size:16px}.case .id{margin-left:0;flex-basis:100%}}
@media print{:root{--paper:#fff}nav{display:none}body{font-size:11pt}header{padding-top:0}section{display:block;padding:18pt 0}figure,.tile,tr,.tokens>div{break-inside:avoid}h2,h3,.lead,.legend{break-after:avoid}}
${FIGURE_STYLE}`;
