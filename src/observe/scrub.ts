const HIDDEN = '***';

/** Names of fields whose values are secrets, in JSON and in `name=value`. */
const SECRET_NAMES = 'password|passphrase|secret|token|api_?key|authorization';

const RULES: readonly (readonly [RegExp, string])[] = [
  // Credentials in a URL, up to the last @: passwords are not always encoded as they should be.
  [/:\/\/(?:\\.|[^\s"\\])*@/g, `://${HIDDEN}@`],
  [new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*)"(?:\\\\.|[^"\\\\])*"`, 'gi'), `$1"${HIDDEN}"`],
  [new RegExp(`\\b((?:${SECRET_NAMES})=)(?:\\\\.|[^\\s"\\\\&])+`, 'gi'), `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs, HIDDEN],
];

/**
 * Text without its secrets: credentials in URLs, passwords, tokens, private keys. moodtape itself puts none into a message;
 * the clients of other systems may. JSON stays JSON.
 */
export function scrub(text: string): string {
  return RULES.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);
}
