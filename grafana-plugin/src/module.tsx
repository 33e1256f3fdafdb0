import { AppPlugin } from '@grafana/data';
import { Home } from './pages/home';

export const plugin = new AppPlugin<Record<string, never>>().setRootPage(Home);
