import { Type } from 'typebox';
import { ReservationPrices } from '../money/reservations.ts';
import { attributeParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn, timeColumn } from '../shared/columns.ts';
import { previousRange } from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { platformCoverage } from '../shared/coverage.ts';
import { loadImageVersions } from '../shared/image-versions.ts';
import { LocalDays } from '../shared/local-days.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { loadEndOfLife } from './end-of-life.ts';
import { patternFacts, patternOf, patterns } from './pattern.ts';
import { unvisitedOf } from './unvisited.ts';
import { workspacesIn } from './workspaces.ts';

export const containerLifecycle = defineView({
  id: 'container-lifecycle',
  title: 'Workspace life cycles',
  topic: 'Life cycle',
  description: 'Every workspace of a range: when it was created, visited and ended, by whom, and what pattern that is',
  parameters: Type.Object({
    pattern: Type.Union(
      (['', ...patterns] as const).map((pattern) => Type.Literal(pattern)),
      {
        default: '',
        description: 'Only this pattern; empty: all',
      },
    ),
    state: Type.Union([Type.Literal('all'), Type.Literal('alive'), Type.Literal('ended')], {
      default: 'all',
      description: 'Only workspaces that are alive, or ended, at the end of the range',
    }),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    ...containerFilterParameters,
    compare: Type.Union([Type.Literal('none'), Type.Literal('previous')], {
      default: 'none',
      description:
        'previous: beside every workspace what it was at the end of the period of as many days just before the range',
    }),
  }),
  columns: [
    textColumn('workspace', 'Workspace', 'Cluster and pod uid of its first instance'),
    textColumn('user', 'User', 'Pseudonym; empty: unattributed'),
    ...attributeColumns.map((column) => ({
      ...column,
      description: 'When the workspace ended, or at the end of the range',
    })),
    textColumn('kind', 'Kind', 'interactive, connect, batch, service, other'),
    textColumn('component', 'Component', 'interactive, connect, batch, git, other'),
    textColumn('cluster', 'Cluster', 'Kubernetes cluster'),
    timeColumn('created_at', 'Created', 'When the first instance was created'),
    timeColumn('first_visit_day', 'First visit', 'Local day; activity of people is never shown by the hour'),
    timeColumn('last_visit_day', 'Last visit', 'Local day'),
    numberColumn('visit_days', 'Visit days', 'short', 'Days with a visit; basis cpu: with five active minutes'),
    textColumn(
      'visit_basis',
      'Basis',
      'event: visits the platform reported; cpu: five active minutes stand for one; unknown',
    ),
    timeColumn('ended_at', 'Ended', 'Empty: alive, or evicted less than 14 days ago'),
    textColumn('ended_by', 'Ended by', 'user, rule, eviction, oom, completed or unknown: never a guess'),
    numberColumn('age_seconds', 'Age', 's', 'From creation to end, or to the end of the range'),
    numberColumn(
      'unvisited_seconds',
      'Unvisited',
      's',
      'From the last visit (whole days) to end, or to the end of the range; empty: never visited',
    ),
    textColumn('pattern', 'Pattern', 'First match, see how computed'),
    numberColumn('instances', 'Instances', 'short', 'Pods chained into the workspace'),
    numberColumn('evictions', 'Evictions', 'short', 'Drains and node losses it survived or ended by'),
    numberColumn('cpu_request_cores', 'Cores requested', 'suffix:cores', 'Of the last instance'),
    numberColumn('memory_request_bytes', 'Memory requested', 'bytes', 'Of the last instance'),
    textColumn('image', 'Image', 'Of the last instance'),
    textColumn('r_version', 'R', 'Of the image; several: more than one'),
    textColumn('python_version', 'Python', 'Of the image'),
    textColumn('quarto_version', 'Quarto', 'Of the image'),
    textColumn(
      'end_of_life',
      'Past end of life',
      'Minor releases of the image that were past their end of life when it ended, or at the end of the range; empty: none known',
    ),
    numberColumn(
      'unvisited_core_hours',
      'Idle since last visit',
      'count:core·h',
      'Requested cores × hours unvisited (whole days); never visited: since creation; empty: nothing tells about visits',
    ),
    numberColumn(
      'unvisited_cost',
      'Cost since last visit',
      'none',
      'In `currency`, requested cores and memory over the same time at the prices of the days; empty: some of it has no price',
    ),
    textColumn('currency', 'Currency', 'What the money is in; empty: there are no prices'),
    textColumn(
      'previous_pattern',
      'Pattern, before',
      'At the start of the range, among the workspaces of the period before; empty: created later, or not asked for',
    ),
    numberColumn(
      'previous_visit_days',
      'Visit days, before',
      'short',
      'Up to the start of the range; empty: created later, or not asked for',
    ),
    numberColumn('change_visit_days', 'Visit days, change', 'short', 'visit_days − previous_visit_days'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'user' },
  howComputed:
    'Workspaces alive in the range, as of {as_of}. Pattern, first match: too new (alive, under {too_new} days old), kept alive (alive, over {kept_alive} days old and visited in the last {visited}), ' +
    'never visited (basis cpu: never active; no basis: unknown), abandoned (alive, unvisited for {visited} days), one day (one visit day), returning. A deletion by an account that acts for others decides nothing about “ended by”. {comparison}',

  async run({ reader, range, now, config, person: self }, parameters) {
    const asOf = range.to < now ? range.to : now;
    const zone = config.organisation.time_zone;
    const before = parameters.compare === 'previous' ? previousRange(range, zone) : null;
    const filters = containerFilterValues(parameters);
    const [workspaces, earlier, people, versionsOf, endOfLifeOf, prices, coverage] = await Promise.all([
      workspacesIn(reader, { range, asOf, filters, zone, person: self }),
      before ? workspacesIn(reader, { range: before, asOf: before.to, filters, zone, person: self }) : [],
      PeopleHistory.load(reader, zone),
      loadImageVersions(reader),
      loadEndOfLife(reader),
      ReservationPrices.load(reader, zone),
      platformCoverage(reader, range),
    ]);
    const earlierOf = new Map(earlier.map((workspace) => [workspace.workspace_id, workspace]));
    const days = new LocalDays(zone);
    const localDay = (time: Date | null): Date | null => time && days.startOf(time);
    const rows = workspaces.flatMap((workspace) => {
      const pattern = patternOf(workspace, asOf);
      if (parameters.pattern !== '' && pattern !== parameters.pattern) return [];
      if (parameters.state !== 'all' && (parameters.state === 'ended') !== (workspace.ended_at !== null)) return [];
      const until = workspace.ended_at ?? asOf;
      const last = workspace.last_visit_at;
      const person = people.columns(workspace.user_key, until);
      if (personAttributes.some((name) => parameters[name] !== '' && parameters[name] !== person[name])) return [];
      const then = earlierOf.get(workspace.workspace_id);
      const versions = versionsOf(workspace.image, workspace.image_digest);
      const unvisited = unvisitedOf(workspace, asOf, prices);
      return [
        // Field by field: with spreads this is what a year of workspaces would wait for.
        {
          workspace: workspace.workspace_id,
          user: people.keyOf(workspace.user_key),
          department: person.department,
          role: person.role,
          is_manager: person.is_manager,
          kind: workspace.kind,
          component: workspace.component,
          cluster: workspace.cluster,
          created_at: workspace.created_at,
          first_visit_day: localDay(workspace.first_visit_at),
          last_visit_day: localDay(last),
          visit_days: workspace.visit_days,
          visit_basis: workspace.visit_basis,
          ended_at: workspace.ended_at,
          ended_by: workspace.ended_by,
          age_seconds: (until.getTime() - workspace.created_at.getTime()) / 1000,
          unvisited_seconds: unvisited.seconds,
          pattern,
          instances: workspace.instances,
          evictions: workspace.evictions,
          cpu_request_cores: workspace.cpu_request_cores,
          memory_request_bytes: workspace.memory_request_bytes,
          image: workspace.image,
          r_version: versions.r_version,
          python_version: versions.python_version,
          quarto_version: versions.quarto_version,
          end_of_life: endOfLifeOf(versions, until),
          unvisited_core_hours: unvisited.coreHours,
          unvisited_cost: unvisited.cost,
          currency: prices.book.currency,
          previous_pattern: then && before ? patternOf(then, before.to) : null,
          previous_visit_days: then?.visit_days ?? null,
          change_visit_days: then ? workspace.visit_days - then.visit_days : null,
        },
      ];
    });
    return {
      rows,
      coverage,
      facts: patternFacts(asOf, before),
    };
  },
});
