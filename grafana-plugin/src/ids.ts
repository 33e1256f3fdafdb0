export const APP_ID = 'scevoice-platform-app';
export const DATA_SOURCE_ID = 'scevoice-platform-datasource';
export const APP_PATH = `/a/${APP_ID}`;
