import { html, Markup } from '../../figure/markup.js';
import { isMarket } from '../../figure/palette.js';
import type { Report } from '../report.js';
import { activationPart } from './activation.js';
import { calibrationPart } from './calibration.js';
import { casesPart } from './cases.js';
import { clustersPart } from './clusters.js';
import { confusionPart } from './confusion.js';
import { labelLegend, type Part, partMarkup } from './parts.js';
import { PAGE_STYLE } from './style.js';
import { summaryPart } from './summary.js';
import { sweepPart } from './sweep.js';

/** A report as one HTML page that needs nothing else: no network, no script. */
export function pageOf(report: Report): string {
  const { model, files, evaluation } = report;
  const parts: Part[] = [
    summaryPart(report),
    confusionPart(report),
    calibrationPart(report),
    ...(report.activations.length > 0 ? [activationPart(report)] : []),
    clustersPart(report),
    casesPart(report),
    ...(report.sweep === undefined ? [] : [sweepPart(report.sweep)]),
  ];
  const title = `${model.name} on ${files.join(', ')}`;
  const page = html`<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${Markup.trusted(PAGE_STYLE)}</style></head>
<body>
<header><p class="eyebrow">moodtape report</p><h1>${model.name}</h1>
<p class="of">version <code>${model.version}</code> in ${model.precision}, on ${evaluation.n.toLocaleString('en')} texts of ${files.join(', ')}</p>
${labelLegend(evaluation.labels)}${
  isMarket(evaluation.labels)
    ? html`<p class="small muted">Colours are those of Chinese markets: red is 利好 (good news, prices rise), green is 利空 (bad news, prices fall). The triangles point the same way.</p>`
    : undefined
}<nav aria-label="Contents">${parts.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav></header>
<main>
${parts.map(partMarkup)}</main>
<footer><p>All numbers are in <code>report.json</code> beside this page. The same model, texts and runs give the same page again.</p></footer>
</body>
</html>
`;
  return `<!doctype html>\n${page}`;
}
