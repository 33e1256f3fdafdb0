/** Where the bytes of a usage type go, as far as its name says. First match wins. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/natgateway/iu, 'NAT gateway'],
  [/transitgateway|vpcpeering/iu, 'between networks'],
  [/vpcendpoint|privatelink/iu, 'private endpoint'],
  [/dataprocess/iu, 'load balancer'],
  [/regional/iu, 'within the region'],
  [/dataxfer[-:]in|directconnect.*in|^.*-dc-in/iu, 'in'],
  [/dataxfer|directconnect/iu, 'dedicated line'],
  // Two regions in front: EUC1-USE1-AWS-Out-Bytes.
  [/aws-(?:in|out)/iu, 'between regions'],
  [/cloudfront/iu, 'between regions'],
  [/[-:\s]in(?:[-:\s]|$)|inbound|ingress/iu, 'in'],
  [/[-:\s]out(?:[-:\s]|$)|outbound|egress|internet/iu, 'to the internet'],
];

/** `between regions`, `to the internet`, `in` …; `other` when the name says nothing. */
export function directionOf(usageType: string): string {
  return rules.find(([pattern]) => pattern.test(usageType))?.[1] ?? 'other';
}

const powers = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes of one unit of an amount; GB = 2^30 bytes, as everywhere. Null: no unit of bytes. */
export function bytesOf(unit: string | null): number | null {
  const found = /^([kmgtp]?)i?(?:b|bytes?)$/iu.exec(unit ?? '');
  return found ? 1024 ** powers.indexOf((found[1] ?? '').toLowerCase()) : null;
}
