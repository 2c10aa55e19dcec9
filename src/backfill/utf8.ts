import { isUtf8 } from 'node:buffer';
import { MoodtapeError } from '../errors.js';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws MoodtapeError MT_ENCODING when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return utf8.decode(bytes);
  throw new MoodtapeError('MT_ENCODING', 'not valid UTF-8', {
    remedy: 'convert the file, for example with `iconv -f gb18030 -t utf-8`',
  });
}

/** Bytes as JSON can show them: their text, or base64 where they are none. */
export function shown(bytes: Uint8Array): unknown {
  return isUtf8(bytes) ? utf8.decode(bytes) : { base64: Buffer.from(bytes).toString('base64') };
}
