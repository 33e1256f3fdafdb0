import { LOCATIONS } from './calendar.ts';
import type { Location } from './calendar.ts';
import type { Frame } from './options.ts';
import { Random, hashOf } from './random.ts';
import { DAY_MS, floorTo } from './time.ts';

export const ROLES = [
  'Statistician',
  'Statistical Programmer',
  'Data Scientist',
  'Simulation Scientist',
  'Epidemiologist',
  'Pharmacometrician',
  'Software Engineer',
  'Manager',
] as const;
export type Role = (typeof ROLES)[number];

interface Department {
  readonly name: string;
  readonly division: string;
  readonly costCenter: string;
  readonly weight: number;
  readonly roles: readonly (readonly [Role, number])[];
}

/** `Medical Writing` always has four people: too few to be shown. */
const SMALL_DEPARTMENT: Department = {
  name: 'Medical Writing',
  division: 'Development Operations',
  costCenter: '4990',
  weight: 0,
  roles: [['Epidemiologist', 1]],
};
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Biostatistics Oncology',
    division: 'Data Sciences',
    costCenter: '4110',
    weight: 16,
    roles: [
      ['Statistician', 80],
      ['Statistical Programmer', 10],
      ['Simulation Scientist', 10],
    ],
  },
  {
    name: 'Biostatistics Immunology',
    division: 'Data Sciences',
    costCenter: '4120',
    weight: 13,
    roles: [
      ['Statistician', 85],
      ['Simulation Scientist', 15],
    ],
  },
  {
    name: 'Statistical Programming',
    division: 'Data Sciences',
    costCenter: '4130',
    weight: 20,
    roles: [
      ['Statistical Programmer', 92],
      ['Software Engineer', 8],
    ],
  },
  {
    name: 'Data Sciences',
    division: 'Data Sciences',
    costCenter: '4140',
    weight: 13,
    roles: [
      ['Data Scientist', 85],
      ['Software Engineer', 15],
    ],
  },
  {
    name: 'Clinical Pharmacology',
    division: 'Early Development',
    costCenter: '4210',
    weight: 9,
    roles: [
      ['Pharmacometrician', 70],
      ['Simulation Scientist', 30],
    ],
  },
  {
    name: 'Real World Evidence',
    division: 'Medical Affairs',
    costCenter: '4310',
    weight: 10,
    roles: [
      ['Epidemiologist', 70],
      ['Data Scientist', 30],
    ],
  },
  {
    name: 'Translational Biomarkers',
    division: 'Early Development',
    costCenter: '4220',
    weight: 7,
    roles: [
      ['Data Scientist', 60],
      ['Statistician', 40],
    ],
  },
  { name: 'SCE Platform', division: 'Informatics', costCenter: '4510', weight: 5, roles: [['Software Engineer', 100]] },
  {
    name: 'Safety Statistics',
    division: 'Data Sciences',
    costCenter: '4150',
    weight: 7,
    roles: [
      ['Statistician', 70],
      ['Statistical Programmer', 30],
    ],
  },
  SMALL_DEPARTMENT,
];

/** What was true of a person over [from, to), epoch ms at UTC midnights. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly department: Department;
  readonly role: Role;
  /** `person_id` of the manager; may name somebody who is in no feed. */
  readonly managerId: string | null;
}

export type FrequencyClass = 'new' | 'daily' | 'weekly' | 'monthly' | 'less';

export interface Person {
  readonly index: number;
  readonly personId: string;
  /** As normalised everywhere: lower case, without mail domain. */
  readonly username: string;
  /** As the platforms write it: other case, or with the mail domain. */
  readonly rawUsername: string;
  readonly email: string;
  readonly personType: 'Employee' | 'Contractor';
  readonly location: Location;
  readonly joinedOn: number;
  readonly leftOn: number | null;
  readonly spells: readonly Spell[];
  /** Member of the access group over [from, to); null: never. */
  readonly access: { readonly from: number; readonly to: number } | null;
  /** The class the person was made for; vacation and holidays may move the computed one. */
  readonly planted: FrequencyClass;
  /** The person's part in the story, where it has one. */
  readonly part: 'root' | 'simulation' | 'eleven' | 'kept' | 'abandoned' | 'never visited' | 'exception' | null;
}

const GIVEN = [
  'kim',
  'jo',
  'alex',
  'sam',
  'robin',
  'maria',
  'chen',
  'wei',
  'anna',
  'luca',
  'nora',
  'omar',
  'ines',
  'paul',
  'yuki',
  'ravi',
  'elif',
  'tom',
  'lena',
  'marc',
];
const FAMILY = [
  'meier',
  'rossi',
  'smith',
  'wang',
  'li',
  'keller',
  'brown',
  'singh',
  'garcia',
  'novak',
  'mueller',
  'jones',
  'dubois',
  'kaya',
  'sato',
  'silva',
  'frei',
  'weber',
  'martin',
  'nguyen',
  'lopez',
  'huber',
  'clark',
  'hall',
  'zhang',
];

export const SIMULATION_PERSON = 1;
export const ELEVEN_PERSON = 2;
const PARTS: Readonly<Record<number, Person['part']>> = {
  0: 'root',
  [SIMULATION_PERSON]: 'simulation',
  [ELEVEN_PERSON]: 'eleven',
};

/** Everybody who was ever in the directory between the start and the horizon. */
export function makePeople(frame: Frame): readonly Person[] {
  const departmentOf = assignDepartments(frame);
  const managers = assignManagers(departmentOf);
  return departmentOf.map((department, index) => makePerson(frame, index, department, managers));
}

/** The person's spell at a time; usage before the first takes the first. */
export function spellAt(person: Person, ms: number): Spell {
  const found = person.spells.find((spell) => spell.from <= ms && ms < spell.to) ?? person.spells[0];
  if (found === undefined) throw new RangeError(`${person.personId} has no spell`);
  return found;
}

export function personId(index: number): string {
  return String(700_000 + index);
}

function assignDepartments(frame: Frame): readonly Department[] {
  const random = new Random(hashOf(frame.seed, 'departments'));
  const weighted = DEPARTMENTS.map((department) => [department, department.weight] as const);
  return Array.from({ length: frame.people }, (_, index) => {
    if (index >= frame.people - 4) return SMALL_DEPARTMENT;
    if (index === SIMULATION_PERSON) return departmentNamed('Clinical Pharmacology');
    if (index === ELEVEN_PERSON) return departmentNamed('Biostatistics Oncology');
    return random.weighted(weighted);
  });
}

function departmentNamed(name: string): Department {
  const found = DEPARTMENTS.find((department) => department.name === name);
  if (found === undefined) throw new RangeError(`no department ${name}`);
  return found;
}

/** Per department: the head, and who leads whom (teams of nine). Index of the manager, or null for the root. */
interface Managers {
  readonly of: ReadonlyMap<number, string | null>;
  readonly lead: ReadonlySet<number>;
  /** Everybody who reports to this person leaves within the story. */
  readonly ofLeavers: number;
}

function assignManagers(departmentOf: readonly Department[]): Managers {
  const of = new Map<number, string | null>([[0, personId(0)]]);
  const lead = new Set<number>([0]);
  const chainHeads: number[] = [];
  let ofLeavers = -1;
  for (const department of DEPARTMENTS) {
    const members = departmentOf.flatMap((own, index) => (own === department && index > ELEVEN_PERSON ? [index] : []));
    const head = members[0];
    if (head === undefined) continue;
    of.set(head, personId(0));
    lead.add(head);
    chainHeads.push(head);
    for (let i = 1; i < members.length; i += 9) {
      const [leader, ...team] = members.slice(i, i + 9);
      if (leader === undefined) continue;
      of.set(leader, personId(head));
      if (team.length > 0) lead.add(leader);
      for (const member of team) of.set(member, personId(leader));
      if (ofLeavers < 0 && team.length > 3) ofLeavers = leader;
    }
    for (const special of [SIMULATION_PERSON, ELEVEN_PERSON])
      if (departmentOf[special] === department) of.set(special, personId(head));
  }
  // A cycle: two heads report to each other. A vacancy: one manager id is in no feed. Self-managed: the root.
  const [first, second, third] = chainHeads;
  if (first !== undefined && second !== undefined) {
    of.set(first, personId(second));
    of.set(second, personId(first));
  }
  if (third !== undefined) of.set(third, '799999');
  return { of, lead, ofLeavers };
}

function makePerson(frame: Frame, index: number, department: Department, managers: Managers): Person {
  const random = new Random(hashOf(frame.seed, 'person', index));
  const given = random.pick(GIVEN);
  const username = `${random.pick(FAMILY)}${given.slice(0, 1)}${String(index)}`;
  const email = `${given}.${username}@example.com`;
  const day = (ago: number): number => floorTo(frame.now, DAY_MS) - ago * DAY_MS;
  const planned = (frame.now - frame.start) / DAY_MS;
  const fixed = index <= ELEVEN_PERSON || managers.lead.has(index) || department === SMALL_DEPARTMENT;
  const lot = random.next();
  const joinsNew = !fixed && lot < 0.03;
  const joins = !fixed && lot >= 0.03 && lot < 0.06;
  const managerId = managers.of.get(index) ?? null;
  const leaves = !fixed && ((lot >= 0.06 && lot < 0.09) || managerId === personId(managers.ofLeavers));
  const joinedOn = joinsNew
    ? day(random.int(5, 24))
    : joins
      ? day(Math.round(random.between(0.35, 0.9) * planned))
      : day(random.int(400, 4000));
  const leftOn = leaves ? day(random.int(3, Math.max(3, Math.floor(planned * 0.6)))) : null;
  const role: Role =
    index === SIMULATION_PERSON
      ? 'Simulation Scientist'
      : index === ELEVEN_PERSON
        ? 'Statistician'
        : managers.lead.has(index)
          ? 'Manager'
          : random.weighted(department.roles);
  const part = PARTS[index] ?? (fixed || leaves || joins || joinsNew ? null : partOf(random.next()));
  const hasAccess = part !== null ? part !== 'root' : random.chance(managers.lead.has(index) ? 0.6 : 0.88);
  return {
    index,
    personId: personId(index),
    username,
    rawUsername: random.weighted([
      [username, 70],
      [username.toUpperCase(), 10],
      [`${username}@example.com`, 20],
    ]),
    email,
    personType: !fixed && random.chance(0.12) ? 'Contractor' : 'Employee',
    location:
      index === SIMULATION_PERSON
        ? LOCATIONS[0]!
        : random.weighted(LOCATIONS.map((location, i) => [location, [40, 25, 15, 12, 8][i] ?? 1] as const)),
    joinedOn,
    leftOn,
    spells: makeSpells(frame, random, { department, role, managerId, joinedOn, leftOn, fixed }),
    access: hasAccess ? { from: joinedOn, to: leftOn ?? Number.POSITIVE_INFINITY } : null,
    planted: joinsNew
      ? 'new'
      : part === 'simulation' || part === 'eleven'
        ? 'daily'
        : part === 'kept'
          ? 'weekly'
          : random.weighted([
              ['daily', 32],
              ['weekly', 24],
              ['monthly', 16],
              ['less', 28],
            ]),
    part,
  };
}

function partOf(lot: number): Person['part'] {
  if (lot < 0.02) return 'kept';
  if (lot < 0.06) return 'abandoned';
  if (lot < 0.09) return 'never visited';
  return lot < 0.12 ? 'exception' : null;
}

function makeSpells(
  frame: Frame,
  random: Random,
  base: {
    department: Department;
    role: Role;
    managerId: string | null;
    joinedOn: number;
    leftOn: number | null;
    fixed: boolean;
  },
): readonly Spell[] {
  const { department, role, managerId } = base;
  const to = base.leftOn ?? Number.POSITIVE_INFINITY;
  const lot = random.next();
  // Movers change in the middle of the last complete month: the fifteenth, so that a month splits 14 : 16.
  const change = frame.month.from + 14 * DAY_MS;
  if (base.fixed || lot > 0.06 || base.joinedOn >= change || to <= change)
    return [{ from: base.joinedOn, to, department, role, managerId }];
  const next =
    lot < 0.04 ? random.pick(DEPARTMENTS.filter((other) => other !== department && other.weight > 0)) : department;
  const nextRole =
    lot < 0.04
      ? random.weighted(next.roles)
      : random.pick(ROLES.filter((other) => other !== role && other !== 'Manager'));
  return [
    { from: base.joinedOn, to: change, department, role, managerId },
    { from: change, to, department: next, role: nextRole, managerId },
  ];
}
