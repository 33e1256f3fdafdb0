import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export interface ScimPerson {
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly department?: string;
  readonly title?: string;
  readonly userType?: string;
  readonly active?: boolean | string;
  /** A text is sent as it is, `{ value }` as RFC 7643 has it. */
  readonly manager?: string | { readonly value: string };
  readonly groups?: readonly string[];
}

export interface ScimBehaviour {
  /** Never more than this many a page, whatever `count` says. */
  pageSize: number;
  /** Another order at each request, so that users slip between pages. */
  unstableOrder: boolean;
  /** `totalResults` promises this many more than there are. */
  totalTooHigh: number;
  /** Answers before the next request is served properly. */
  failures: { status: number; headers?: Record<string, string> }[];
}

/** A SCIM 2.0 server that lies as real ones do: short pages, no `Resources` when empty, no stable order, `status` as text. */
export class ScimFake {
  people: ScimPerson[] = [];
  readonly token = 'scim-token-that-nobody-may-see';
  readonly behaviour: ScimBehaviour = { pageSize: 100, unstableOrder: false, totalTooHigh: 0, failures: [] };
  requests: string[] = [];
  #server: Server | null = null;
  #turn = 0;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://fake');
      this.requests.push(`${url.pathname}${url.search}`);
      const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
        response
          .writeHead(status, { 'content-type': 'application/scim+json; charset=utf-8', ...headers })
          .end(JSON.stringify(body));
      };
      const failure = this.behaviour.failures.shift();
      if (failure !== undefined) answer(failure.status, this.#error(failure.status, 'try later'), failure.headers);
      else if (request.headers.authorization !== `Bearer ${this.token}`)
        answer(401, this.#error(401, `not allowed: ${request.headers.authorization ?? ''}`));
      else if (url.pathname !== '/scim/v2/Users') answer(404, this.#error(404, 'no such endpoint'));
      else
        answer(
          200,
          this.#page(Number(url.searchParams.get('startIndex') ?? 1), Number(url.searchParams.get('count') ?? 100)),
        );
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }

  #page(startIndex: number, count: number) {
    const order = [...this.people];
    if (this.behaviour.unstableOrder) order.push(...order.splice(0, this.#turn++ % Math.max(1, order.length)));
    const page = order.slice(startIndex - 1, startIndex - 1 + Math.min(count, this.behaviour.pageSize));
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: this.people.length + this.behaviour.totalTooHigh,
      startIndex,
      itemsPerPage: page.length,
      ...(page.length === 0 ? {} : { Resources: page.map(toResource) }),
    };
  }

  #error(status: number, detail: string) {
    return { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail };
  }
}

function toResource(person: ScimPerson) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    id: person.id,
    externalId: person.externalId,
    userName: person.userName,
    displayName: `Name of ${person.userName}`,
    title: person.title,
    userType: person.userType,
    active: person.active ?? true,
    emails: [
      { value: `old-${person.userName}`, type: 'other' },
      { value: person.userName, type: 'work', primary: true },
    ],
    photos: [{ value: 'https://photos.example.com/never-stored' }],
    groups: (person.groups ?? []).map((display) => ({ value: `id-${display}`, display })),
    [ENTERPRISE]: { department: person.department, manager: person.manager },
  };
}
