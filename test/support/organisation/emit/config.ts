import { LOCATIONS } from '../calendar.ts';
import { VERSION_LABELS } from '../images.ts';
import { ORGANISATION_ZONE } from '../options.ts';
import { ROLES } from '../people.ts';
import { ACCESS_GROUP } from './hr.ts';

/** The organisation's `sce-voice.yaml`, as an object. `hrDirectory` holds the directory's daily exports. */
export function organisationConfig(options: { readonly hrDirectory: string }): Readonly<Record<string, unknown>> {
  return {
    organisation: { name: 'Example Pharma (invented)', time_zone: ORGANISATION_ZONE },
    platform: {
      // Most specific first: batch pods carry the same annotation as Workbench sessions.
      kinds: [
        { kind: 'batch', when: { namespace: 'batch' } },
        { kind: 'connect', when: { namespace: 'connect' } },
        { kind: 'other', when: { namespace: 'kube-system' } },
      ],
    },
    hr: {
      feeds: [{ name: 'directory', kind: 'csv', path: options.hrDirectory }],
      roles: ROLES.map((role) => ({ title: `*${role}`, role })),
      access_groups: [ACCESS_GROUP],
      calendars: Object.fromEntries(LOCATIONS.map(({ id, country, state }) => [id, { country, state: state ?? '' }])),
    },
    images: {
      labels: { r: [VERSION_LABELS.r], python: [VERSION_LABELS.python], quarto: [VERSION_LABELS.quarto] },
    },
  };
}
