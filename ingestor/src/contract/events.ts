import { Type, type Static } from 'typebox';

/**
 * `POST /api/v1/events`: what a platform portal knows. The body is one event, a JSON array, or NDJSON.
 * Names of people are welcome here: they become pseudonyms before anything is stored, logged or answered.
 */
const strict = { additionalProperties: false } as const;
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const person = (description: string) => text(320, `${description}: user name or e-mail; stored as a pseudonym`);

/** How an event names a workspace. One of podUid, pod (with namespace), serverName or sessionId is enough. */
export const WorkspaceRefSchema = Type.Object(
  {
    podUid: Type.Optional(text(128, 'Kubernetes uid of the pod: the surest reference')),
    cluster: Type.Optional(text(128, 'As in the cluster label of the metrics')),
    namespace: Type.Optional(text(253, 'Kubernetes namespace')),
    pod: Type.Optional(text(253, 'Pod name; stored as a pseudonym, joined by time because names are used again')),
    container: Type.Optional(text(253, 'Container name, when the pod has several')),
    user: Type.Optional(person('Owner of the workspace, with serverName')),
    serverName: Type.Optional(
      Type.String({ maxLength: 253, description: 'JupyterHub server name; "" is the default server' }),
    ),
    sessionId: Type.Optional(text(253, 'Session or workspace id of the portal; stored as a pseudonym')),
  },
  { ...strict, minProperties: 1, description: 'The workspace the event is about' },
);
export type WorkspaceRef = Static<typeof WorkspaceRefSchema>;

export const EventActorTypeSchema = Type.Enum(['user', 'rule', 'system']);
export type EventActorType = Static<typeof EventActorTypeSchema>;

const actor = Type.Object(
  {
    type: EventActorTypeSchema,
    user: Type.Optional(person('Who did it')),
    rule: Type.Optional(text(100, 'Name of the rule, such as "cull-idle-30d"; must not name a person')),
    actingFor: Type.Optional(person('For whom it was done, when an administrator or a service acted')),
  },
  { ...strict, description: 'Who or what did it. Leave it out rather than guess' },
);

export const EventComponentSchema = Type.Enum(['interactive', 'connect', 'batch', 'git', 'other']);

const common = {
  id: Type.Optional(
    text(200, 'Id of the event at its sender; sending it again changes nothing. Without one the content is the id'),
  ),
  at: Type.Union([Type.String({ maxLength: 40 }), Type.Number()], {
    description: 'When it happened: ISO 8601 with Z or an offset, or epoch milliseconds',
    examples: ['2026-10-01T07:12:03Z'],
  }),
  source: Type.Optional(
    Type.String({
      pattern: '^[a-z][a-z0-9-]{0,39}$',
      description: 'Which system sends it, such as "portal" (the default)',
    }),
  ),
  component: Type.Optional(EventComponentSchema),
};

const runtime = Type.Object(
  {
    r: Type.Optional(text(40, 'R version, such as "4.4.1"')),
    python: Type.Optional(text(40, 'Python version')),
    quarto: Type.Optional(text(40, 'Quarto version')),
  },
  { ...strict, minProperties: 1, description: 'The versions that were chosen, of several in one image' },
);

/** Somebody used a workspace, page or content item. `user` may be left out: an anonymous visit. */
export const VisitEventSchema = Type.Object(
  {
    ...common,
    kind: Type.Literal('visit'),
    user: Type.Optional(person('Visitor')),
    workspace: Type.Optional(WorkspaceRefSchema),
    activity: Type.Optional(Type.Enum(['page', 'notebook', 'ide', 'terminal', 'ssh', 'api', 'other'])),
    path: Type.Optional(text(2048, 'Page or file; stored as a pseudonym')),
    userAgent: Type.Optional(text(1024, 'Only used to recognise monitors and bots; not stored')),
    bot: Type.Optional(Type.Boolean({ description: 'True for a monitor or robot: kept, never counted as a person' })),
  },
  strict,
);

const login = (kind: 'login' | 'logout') =>
  Type.Object(
    {
      ...common,
      kind: Type.Literal(kind),
      user: person('Who'),
      userAgent: Type.Optional(text(1024, 'Only used to recognise monitors and bots; not stored')),
      bot: Type.Optional(Type.Boolean()),
    },
    strict,
  );
export const LoginEventSchema = login('login');
export const LogoutEventSchema = login('logout');

const lifecycle = <Kind extends 'workspace_created' | 'workspace_stopped' | 'workspace_deleted'>(kind: Kind) =>
  Type.Object(
    {
      ...common,
      kind: Type.Literal(kind),
      workspace: WorkspaceRefSchema,
      user: Type.Optional(person('Owner of the workspace')),
      by: Type.Optional(actor),
      image: Type.Optional(text(512, 'Image reference of a workspace that was created')),
      imageDigest: Type.Optional(Type.String({ pattern: '^sha256:[0-9a-f]{64}$' })),
      runtime: Type.Optional(runtime),
    },
    strict,
  );
export const WorkspaceCreatedEventSchema = lifecycle('workspace_created');
export const WorkspaceStoppedEventSchema = lifecycle('workspace_stopped');
export const WorkspaceDeletedEventSchema = lifecycle('workspace_deleted');

/** A user chose a runtime: this decides what an image with several versions was used for, from then on. */
export const RuntimeSelectedEventSchema = Type.Object(
  {
    ...common,
    kind: Type.Literal('runtime_selected'),
    user: Type.Optional(person('Who chose')),
    workspace: WorkspaceRefSchema,
    runtime,
  },
  strict,
);

/** Something was released: a platform version, an image, a new R. Drawn as a mark on time lines. */
export const ReleaseEventSchema = Type.Object(
  {
    ...common,
    kind: Type.Literal('release'),
    release: Type.Object(
      {
        name: text(200, 'What, such as "workbench" or "r"'),
        version: text(100, 'Which version'),
        environment: Type.Optional(text(100, 'Where, such as "production"')),
      },
      strict,
    ),
  },
  strict,
);

export const PlatformEventSchema = Type.Union([
  VisitEventSchema,
  LoginEventSchema,
  LogoutEventSchema,
  WorkspaceCreatedEventSchema,
  WorkspaceStoppedEventSchema,
  WorkspaceDeletedEventSchema,
  RuntimeSelectedEventSchema,
  ReleaseEventSchema,
]);
export type PlatformEvent = Static<typeof PlatformEventSchema>;
export type PlatformEventKind = PlatformEvent['kind'];

/** One event that was not stored. `reason` never quotes the event's own values. */
export const EventRejectionSchema = Type.Object({
  index: Type.Integer({ description: 'Position in the array, or line number minus one in NDJSON' }),
  reason: Type.String(),
});
export type EventRejection = Static<typeof EventRejectionSchema>;

/**
 * Everything was stored: 200 with this. Some events are bad: the good ones are stored, and the answer is 400
 * `WRITE_REJECTED` with `details: { accepted, rejectedTotal, rejected: EventRejection[] }` (the first 100).
 */
export const EventsAcceptedSchema = Type.Object({ accepted: Type.Integer() });
export type EventsAccepted = Static<typeof EventsAcceptedSchema>;
