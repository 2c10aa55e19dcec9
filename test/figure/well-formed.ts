import { type DefaultTreeAdapterMap, type ParserError, parse, parseFragment } from 'parse5';

export type Node = DefaultTreeAdapterMap['node'];
export type Element = DefaultTreeAdapterMap['element'];

/** What is wrong with a page or a fragment, by the parser that browsers agree on; nothing when it is well-formed. */
export function faultsOf(source: string): string[] {
  const faults: string[] = [];
  const options = {
    sourceCodeLocationInfo: true,
    onParseError: (error: ParserError) =>
      faults.push(`${error.code} at ${error.startLine}:${error.startCol}`),
  };
  if (source.startsWith('<!doctype')) parse(source, options);
  else parseFragment(source, options);
  return faults;
}

const isElement = (node: Node): node is Element => 'tagName' in node;

/** All elements of a page or a fragment, in their order. */
export function elementsOf(source: string): Element[] {
  const found: Element[] = [];
  const visit = (node: Node) => {
    if (isElement(node)) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(source.startsWith('<!doctype') ? parse(source) : parseFragment(source));
  return found;
}

export const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;

/** The text within a node. */
export function textOf(node: Node): string {
  if ('value' in node && node.nodeName === '#text') return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
