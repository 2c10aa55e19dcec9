import { parser } from '@prometheus-io/lezer-promql';

/** What a query asks for. */
export interface Query {
  /** Every metric, and the labels that its selector matches. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** The labels that it groups by. */
  readonly groupings: readonly string[];
}

/** Reads a query of Grafana with Prometheus's own grammar. @throws Error where it is not PromQL. */
export function parseQuery(expression: string): Query {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: { metric: string; labels: string[] }[] = [];
  const groupings: string[] = [];
  let grouping = false;
  parser.parse(text).iterate({
    enter: ({ name, from, to, type }) => {
      const source = text.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (name === 'GroupingLabels') grouping = true;
      if (name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      const selector = selectors.at(-1);
      if (name === 'Identifier' && selector !== undefined) selector.metric = source;
      if (name === 'LabelName') (grouping ? groupings : selector?.labels)?.push(source);
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') grouping = false;
    },
  });
  return { selectors, groupings };
}
