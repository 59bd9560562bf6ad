/**
 * Splits a text into words as a POSIX shell does (2.2 Quoting): single and double quotes, backslashes, and comments;
 * nothing is expanded. Undefined when a quote is not closed.
 */
export function splitShellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const pattern = /\s+|#[^\n]*|(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/y;
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    const [part] = match;
    if (/^[\s#]/.test(part)) continue;
    words.push(unquote(part));
  }
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_, single, double, escaped) => {
    if (single !== undefined) return single;
    if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, '$1');
    return escaped === '\n' ? '' : escaped;
  });
}
