/** A cell of a CSV or TSV file, in quotes where it needs them (RFC 4180). */
export function quoted(cell: string, delimiter: string): string {
  if (!cell.includes(delimiter) && !/["\r\n]/.test(cell)) return cell;
  return `"${cell.replaceAll('"', '""')}"`;
}
