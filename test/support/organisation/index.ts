export { createOrganisation } from './organisation.ts';
export type { Organisation, PersonOnDay } from './organisation.ts';
export type { OrganisationOptions, Frame } from './options.ts';
export { CLUSTER, ORGANISATION_ZONE } from './options.ts';
