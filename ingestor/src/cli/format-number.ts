const siPrefixes = ['', 'k', 'M', 'G', 'T', 'P'];
const binaryPrefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** A number as people read it, by its Grafana unit id. */
export function formatNumber(value: number, unit: string | null): string {
  switch (unit) {
    case null:
    case 'none':
      return plain(value);
    case 'short':
      return Math.abs(value) < 100_000 ? plain(value) : scaled(value, 1000, siPrefixes);
    case 'percentunit':
      return `${fixed(value * 100, 1)} %`;
    case 'percent':
      return `${fixed(value, 1)} %`;
    case 's':
      return seconds(value);
    case 'ms':
      return seconds(value / 1000);
    case 'd':
      return `${plain(value)} d`;
    case 'h':
      return `${plain(value)} h`;
    case 'bytes':
      return `${scaled(value, 1024, binaryPrefixes)}B`;
    case 'decbytes':
      return `${scaled(value, 1000, siPrefixes)}B`;
    default:
      return withText(value, unit);
  }
}

function withText(value: number, unit: string): string {
  const [kind, text] = [unit.slice(0, unit.indexOf(':')), unit.slice(unit.indexOf(':') + 1).trim()];
  if (kind === 'suffix' || kind === 'count') return `${plain(value)} ${text}`;
  if (kind === 'prefix') return `${text}${plain(value)}`;
  if (unit.startsWith('currency')) return `${money(value)} ${unit.slice('currency'.length)}`;
  return `${plain(value)} ${unit}`;
}

function plain(value: number): string {
  if (Number.isInteger(value)) return grouped(value, 0);
  const size = Math.abs(value);
  return grouped(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3);
}

function money(value: number): string {
  return grouped(value, 2);
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}

/** Thin spaces group digits: they mean the same in every country. */
function grouped(value: number, digits: number): string {
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

function scaled(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let index = 0;
  while (Math.abs(rest) >= base && index < prefixes.length - 1) {
    rest /= base;
    index++;
  }
  return (
    `${Number.isInteger(rest) ? rest : rest.toFixed(1)} ${prefixes[index] ?? ''}`.trimEnd() +
    (prefixes[index] === '' && prefixes === binaryPrefixes ? ' ' : '')
  );
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size < 120) return `${size < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;
  if (size < 7200) return `${Math.round(value / 60)} min`;
  if (size < 172_800) return `${fixed(value / 3600, 1)} h`;
  return `${fixed(value / 86_400, 1)} d`;
}
