export { createOrganisation } from './organisation.ts';
export type { Organisation } from './organisation.ts';
export { remoteWriteRequests, withDelivery } from './emit/remote-write.ts';
export type { WriteRequest } from './emit/remote-write.ts';
export { auditEventLists } from './emit/audit.ts';
export { platformEvents } from './emit/events.ts';
export { hrCsv, hrDays, hrFileName } from './emit/hr.ts';
export { organisationConfig } from './emit/config.ts';
export { Sender, json, remoteWrite } from './emit/send.ts';
