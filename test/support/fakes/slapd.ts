import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freePorts } from '../ports.ts';

export const LDAP_BASE = 'dc=example,dc=com';
export const LDAP_BIND_DN = `cn=reader,${LDAP_BASE}`;
export const LDAP_PASSWORD = 'reader-password-nobody-may-see';

export interface SlapdOptions {
  /** Entries below `dc=example,dc=com`, which exists. */
  readonly ldif: string;
  /** `sizelimit` line of slapd.conf; default: at most 100 entries a page, any number with paging. */
  readonly sizeLimit?: string;
  /** Further schema files of OpenLDAP, such as `msuser`: Active Directory's classes. */
  readonly schemas?: readonly string[];
  /** PEM files: the server then also speaks StartTLS, and LDAPS at `tlsUrl`. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

/** A real slapd with a directory of its own on a free loopback port. */
export class Slapd {
  readonly url: string;
  /** LDAPS; empty without TLS. */
  readonly tlsUrl: string;
  readonly #directory: string;
  readonly #process: SlapdProcess;

  private constructor(urls: readonly [string, string], directory: string, process: SlapdProcess) {
    [this.url, this.tlsUrl] = urls;
    this.#directory = directory;
    this.#process = process;
  }

  static async start(options: SlapdOptions): Promise<Slapd> {
    const directory = mkdtempSync(join(tmpdir(), 'sce-slapd-'));
    mkdirSync(join(directory, 'db'));
    const config = join(directory, 'slapd.conf');
    const ldif = join(directory, 'data.ldif');
    writeFileSync(
      config,
      slapdConf(
        directory,
        options.sizeLimit ?? 'sizelimit size.soft=100 size.hard=100 size.pr=200 size.prtotal=unlimited',
        options,
      ),
    );
    writeFileSync(ldif, `${BASE_LDIF}\n${options.ldif}`);
    await execa('slapadd', ['-q', '-f', config, '-l', ldif], { env: PATH });
    const [port, tlsPort] = (await freePorts(2)) as [number, number];
    const url = `ldap://127.0.0.1:${port}`;
    const tlsUrl = options.tls ? `ldaps://127.0.0.1:${tlsPort}` : '';
    const process = run(config, tlsUrl === '' ? `${url}/` : `${url}/ ${tlsUrl}/`);
    await listening(port, process);
    if (tlsUrl !== '') await listening(tlsPort, process);
    return new Slapd([url, tlsUrl], directory, process);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#process;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function run(config: string, urls: string) {
  return execa('slapd', ['-d', '0', '-f', config, '-h', urls], { reject: false, env: PATH });
}
type SlapdProcess = ReturnType<typeof run>;

/** Debian keeps them where ordinary accounts do not look. */
const PATH = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

const BASE_LDIF = `dn: ${LDAP_BASE}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ${LDAP_BIND_DN}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${LDAP_PASSWORD}

dn: ou=people,${LDAP_BASE}
objectClass: organizationalUnit
ou: people
`;

function slapdConf(directory: string, sizeLimit: string, { schemas = [], tls }: SlapdOptions): string {
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
${schemas.map((name) => `include /etc/ldap/schema/${name}.schema\n`).join('')}${tls ? `TLSCertificateFile ${tls.certFile}\nTLSCertificateKeyFile ${tls.keyFile}\n` : ''}pidfile ${directory}/slapd.pid
argsfile ${directory}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
${sizeLimit}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
database mdb
maxsize 268435456
suffix "${LDAP_BASE}"
directory ${directory}/db
rootdn "cn=admin,${LDAP_BASE}"
`;
}

async function listening(port: number, process: SlapdProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (typeof process.exitCode === 'number') throw new Error(`slapd ended: ${(await process).stderr}`);
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (up) return;
    await sleep(50);
  }
  throw new Error('slapd does not listen');
}
