import React from 'react';
import { Route, Routes } from 'react-router';
import { CheckPage } from './check.tsx';
import { DataQualityPage } from './data-quality.tsx';
import { HomePage } from './home.tsx';

/** The app's pages, below the path that Grafana gives it. */
export function App() {
  return (
    <Routes>
      <Route path="data-quality" element={<DataQualityPage />} />
      <Route path="check" element={<CheckPage />} />
      <Route path="*" element={<HomePage />} />
    </Routes>
  );
}
