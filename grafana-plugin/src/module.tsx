import React, { lazy, Suspense } from 'react';
import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { AppConfig } from './pages/app-config.tsx';

const Pages = lazy(async () => ({ default: (await import('./pages/app.tsx')).App }));

function Root() {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading …" />}>
      <Pages />
    </Suspense>
  );
}

export const plugin = new AppPlugin().setRootPage(Root).addConfigPage({
  title: 'Set-up',
  icon: 'cog',
  id: 'set-up',
  body: AppConfig,
});
