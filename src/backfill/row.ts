import { MoodtapeError } from '../errors.js';

export interface IdentifiedText {
  readonly id: string;
  readonly text: string;
}

/** What a row holds, or why it cannot be read. */
export type Content = IdentifiedText | MoodtapeError;

/** One row of an input file. */
export interface Row {
  readonly file: string;
  /** Starts at 1: the line that the row begins in. */
  readonly line: number;
  readonly content: Content;
}

/** Which columns (CSV) or keys (NDJSON) hold the id and the text; guessed when left out. */
export interface ColumnNames {
  readonly id?: string | undefined;
  readonly text?: string | undefined;
}

/** Names that the id and the text often have, the likeliest first. */
const ID_NAMES = ['id', 'ID', 'Id', 'doc_id', 'docid', 'news_id', 'post_id', 'mid', '编号', '序号'];
const TEXT_NAMES = ['text', 'content', 'body', 'Text', 'Content', '内容', '正文', '文本', 'title', '标题'];

/** The columns to read among those that there are; undefined where none of them has a name that fits. */
export function findColumns(present: readonly string[], { id, text }: ColumnNames): ColumnNames {
  const find = (wanted: string | undefined, usual: readonly string[]) =>
    wanted === undefined ? usual.find((name) => present.includes(name)) : wanted;
  return { id: find(id, ID_NAMES), text: find(text, TEXT_NAMES) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws MoodtapeError MT_ENCODING when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new MoodtapeError('MT_ENCODING', 'not valid UTF-8', {
      cause,
      remedy: 'convert the file, for example with `iconv -f gb18030 -t utf-8`',
    });
  }
}

/** What `read` returns, or the MoodtapeError that it throws. */
export function attempt(read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    if (error instanceof MoodtapeError) return error;
    throw error;
  }
}
