import { html, type Markup } from '../../figure/markup.js';
import { labelStyle, styleOf } from '../../figure/palette.js';
import { percent } from '../../figure/text.js';
import type { TokenWeight } from '../attribution.js';
import type { Case } from '../cases.js';
import type { Report } from '../report.js';
import { mark, type Part, paragraph } from './parts.js';

export function casesPart({ cases, evaluation: { labels }, model: { experts } }: Report): Part {
  const drawn = (kept: readonly Case[]) =>
    html`<div class="cases">${kept.map((one) => caseMarkup(one, labels, experts))}</div>`;
  const right = cases.filter(({ label, predicted }) => label === predicted);
  const wrong = cases.filter(({ label, predicted }) => label !== predicted);
  return {
    id: 'cases',
    title: 'Cases',
    lead: [
      paragraph(
        'The most confident right answers of each label, and the most confident wrong ones of the most frequent confusions.',
      ),
      paragraph(
        html`Each token was left out once and the text read again. <span class="for" style="--a:.3;--b:.9">Solid blue</span>: with the token the predicted label is likelier. <span class="against" style="--a:.3;--b:.9">Dashed orange</span>: the token speaks against it. Strength is the change of log-odds, in nats, to the same scale in all cases.`,
      ),
      paragraph(
        'Left out alone, a word whose sense others repeat has little weight, so weights need not add up to the whole.',
      ),
    ],
    content: [
      html`<h3 class="group">Right</h3>`,
      drawn(right),
      wrong.length === 0 ? undefined : [html`<h3 class="group">Wrong</h3>`, drawn(wrong)],
    ],
  };
}

function caseMarkup(one: Case, labels: readonly string[], experts: readonly string[]): Markup {
  const named = (label: number) =>
    html`<b class="verdict">${mark(labelStyle(labels, label))}${labels[label] ?? ''}</b>`;
  const { label, predicted, id, domain, truncated, tokens } = one;
  const verdict =
    label === predicted
      ? html`<span>predicted ${named(predicted)}, rightly</span>`
      : html`<span>predicted ${named(predicted)}, truly ${named(label)}</span>`;
  const colourOf = {
    label: (i: number) => labelStyle(labels, i).colour,
    expert: (i: number) => styleOf(i).colour,
  };
  return html`<article class="case"><header>${verdict}<span class="id">${domain === '' ? '' : `${domain} · `}${id}</span></header>
<p class="words">${tokens.map(tokenMarkup)}${truncated ? html`<span class="muted"> … (not read further)</span>` : undefined}</p>
<div class="facts"><div>${chances(labels, one.probabilities, colourOf.label)}</div>${
    one.experts.length === 0 ? undefined : html`<div>${chances(experts, one.experts, colourOf.expert)}</div>`
  }</div>${strongest(tokens)}</article>
`;
}

/** At this change of log-odds a token has its full colour. */
const STRONG = 2;
/** Weaker tokens are not marked. */
const WEAK = 0.05;
/** Tokens that are named with their weights. */
const MOST = 5;

function tokenMarkup({ piece, weight }: TokenWeight): Markup {
  const strength = Math.min(1, Math.abs(weight) / STRONG);
  if (Math.abs(weight) < WEAK) return html`${piece}`;
  const shade = `--a:${(0.5 * strength).toFixed(2)};--b:${(0.25 + 0.75 * strength).toFixed(2)}`;
  return html`<span class="${weight > 0 ? 'for' : 'against'}" style="${shade}" title="${signed(weight)}">${piece}</span>`;
}

/** In words too: for paper, where no pointer shows the number of a token. */
function strongest(tokens: readonly TokenWeight[]): Markup | undefined {
  const top = tokens
    .filter(({ piece, weight }) => piece.trim() !== '' && Math.abs(weight) >= WEAK)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, MOST);
  if (top.length === 0) return undefined;
  return html`<p class="strongest">strongest: ${top.map(({ piece, weight }) => `${piece.trim()} ${signed(weight)}`).join(' · ')}</p>`;
}

const signed = (weight: number) => `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(2)}`;

function chances(
  names: readonly string[],
  shares: readonly number[],
  colourOf: (index: number) => string,
): Markup {
  return html`<div class="chances">${names.map((name, i) => {
    const share = shares[i] ?? 0;
    return html`<span>${name}</span><span class="meter"><i class="${colourOf(i)}" style="width:${(100 * share).toFixed(1)}%"></i></span><span>${percent(share)}</span>`;
  })}</div>`;
}
