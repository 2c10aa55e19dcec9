import { heatMap } from '../../figure/heat-map.js';
import { html, type Markup } from '../../figure/markup.js';
import { styleOf } from '../../figure/palette.js';
import { percent } from '../../figure/text.js';
import type { Activation, Shares } from '../activation.js';
import type { Report } from '../report.js';
import { figure, figures, mark, type Part, paragraph } from './parts.js';

export function activationPart({ activations }: Report): Part {
  const units = new Set(activations.map(({ unit }) => unit));
  return {
    id: 'experts',
    title: 'Experts at work',
    lead: [
      units.has('text')
        ? paragraph(
            'The router weighs the experts once for each text. Shown are mean weights; a row adds up to 100 %.',
          )
        : undefined,
      units.has('token')
        ? paragraph(
            'In a layer with feed-forward experts each token chooses its own. Shown are mean weights over the tokens; a row adds up to 100 %.',
          )
        : undefined,
      paragraph(
        'Listed are the words of which an expert takes more than it does of all texts; rare ones are held back toward that mean.',
      ),
    ],
    content: activations.map(activationMarkup),
  };
}

function activationMarkup(activation: Activation, index: number): Markup {
  const { place, experts, byLabel, byDomain, all } = activation;
  const ofLabels = shareMap('label', [...byLabel, all], experts);
  const ofDomains = shareMap('domain', [...byDomain, all], experts);
  return html`<h3 class="group">${place}</h3>
${figures(
  Math.max(ofLabels.width, ofDomains.width),
  figure('By label', ofLabels),
  byDomain.length > 1 ? figure('By domain', ofDomains) : undefined,
)}
<h3 class="more" id="tokens-${index}">By token</h3>
<div class="tokens">${experts.map((name, expert) => tokenList(name, expert, activation))}</div>`;
}

function shareMap(rowTitle: string, rows: readonly Shares[], experts: readonly string[]) {
  return heatMap({
    rowTitle,
    columnTitle: 'expert',
    rows: rows.map(({ name, n }) => `${name} (${n})`),
    columns: experts,
    cells: rows.map(({ n, weights }) =>
      weights.map((weight) => ({ share: weight, text: n === 0 ? '–' : percent(weight) })),
    ),
  });
}

function tokenList(name: string, expert: number, { byToken, unit, all }: Activation): Markup {
  const style = styleOf(expert);
  const items = (byToken[expert] ?? []).map(({ name: token, n, weights }) => {
    const weight = weights[expert] ?? 0;
    return html`<li><span class="word">${token} <span class="n">${n}</span></span><span class="meter"><i class="${style.colour}" style="width:${(100 * weight).toFixed(1)}%"></i></span><span class="share">${percent(weight, 0)}</span></li>
`;
  });
  return html`<div><h3><span class="verdict">${mark(style)}${name}</span></h3><p class="small muted">${percent(all.weights[expert] ?? 0, 0)} over all; the small number counts ${unit === 'text' ? 'texts' : 'occurrences'}</p><ol>${items}</ol></div>`;
}
