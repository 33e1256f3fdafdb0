import { parseFileConfig } from '../../ingestor/src/config.ts';
import type { LdapFeed } from '../../ingestor/src/sources/hr/config.ts';
import { readLdap } from '../../ingestor/src/sources/hr/ldap.ts';
import type { HrFeed } from '../../ingestor/src/sources/hr/record.ts';
import { LDAP_BASE, LDAP_BIND_DN } from './fakes/slapd.ts';

/** Reads the people of a directory through a feed with these options, as of 22 November 2026. */
export function readPeopleOf(options: Readonly<Record<string, unknown>>): Promise<HrFeed> {
  const raw = {
    name: 'dir',
    kind: 'ldap',
    bind_dn: LDAP_BIND_DN,
    base_dn: `ou=people,${LDAP_BASE}`,
    page_size: 100,
    ...options,
  };
  const [feed] = parseFileConfig({ hr: { feeds: [raw] } }, 'test').hr.feeds;
  return readLdap(feed as LdapFeed, {
    day: '2026-11-22',
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}
