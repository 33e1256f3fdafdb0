/**
 * One spelling of a distinguished name for comparison: attribute names and values in lower case, no blanks around `,`, `+`
 * and `=`, runs of blanks as one (RFC 4518). What is no DN comes back trimmed, as it may be an id.
 */
export function normaliseDn(text: string): string {
  if (!/^\s*[\w.-]+\s*=/u.test(text)) return text.trim();
  return text
    .replace(/\\([0-9a-f]{2})/giu, (whole, hex: string) =>
      parseInt(hex, 16) < 128 ? `\\${String.fromCharCode(parseInt(hex, 16))}` : whole,
    )
    .split(/(?<!\\)([,+])/u)
    .map((part) =>
      part
        .replace(/^\s*([\w.-]+)\s*=\s*/u, '$1=')
        .replace(/(?<!\\)\s+$/u, '')
        .replace(/\s+/gu, ' ')
        .trim(),
    )
    .join('')
    .toLowerCase();
}
