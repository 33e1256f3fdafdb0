/**
 * Splits an SQL file at `;`, leaving alone those in quotes and comments. Comments stay with their statement; a piece
 * with nothing but comments is dropped.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  // Quoted text ('' and "" are escapes), comments, or one other character.
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;
  let statement = '';
  let hasCode = false;
  const flush = (): void => {
    if (hasCode) statements.push(statement.trim());
    statement = '';
    hasCode = false;
  };
  for (const [text] of sql.matchAll(token)) {
    if (text === ';') {
      flush();
      continue;
    }
    statement += text;
    if (!text.startsWith('--') && !text.startsWith('/*') && text.trim() !== '') hasCode = true;
  }
  flush();
  return statements;
}
