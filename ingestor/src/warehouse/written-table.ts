const patterns = [
  /^insert\s+(?:(?:atomic|batch\s+\d+(?:\s+o3maxlag\s+\S+)?)\s+)?into\s+("[^"]+"|'[^']+'|[\w.]+)/i,
  /^(?:update|truncate\s+table)\s+("[^"]+"|'[^']+'|[\w.]+)/i,
  /^alter\s+table\s+("[^"]+"|'[^']+'|[\w.]+)\s+(?!resume|suspend)/i,
  /^create\s+(?:atomic\s+|batch\s+\d+\s+)?table\s+(?:if\s+not\s+exists\s+)?("[^"]+"|'[^']+'|[\w.]+)\s+as\b/i,
];

/**
 * The table a statement changes through its write-ahead log, or null: those statements return before readers see the
 * change. Leading comments are passed over.
 */
export function writtenTable(sql: string): string | null {
  const text = sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  for (const pattern of patterns) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined) return name.replace(/^["']|["']$/g, '');
  }
  return null;
}
