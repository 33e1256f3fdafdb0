import React from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import type { CatalogEntry } from '../../../../ingestor/src/contract/index.ts';

interface Props {
  readonly id: string;
  readonly views: readonly CatalogEntry[];
  readonly value: string;
  readonly isLoading: boolean;
  onChange(view: string): void;
}

/** The questions there are, grouped by topic. A name that is not offered (a variable, a newer ingestor) may be typed. */
export function ViewPicker({ id, views, value, isLoading, onChange }: Props) {
  return (
    <Combobox
      id={id}
      options={viewOptions(views)}
      value={value === '' ? null : value}
      loading={isLoading}
      placeholder="Choose a question"
      createCustomValue
      customValueDescription="A view by its name, or a variable"
      onChange={({ value: view }) => onChange(view)}
    />
  );
}

/** Topics in alphabetical order, and the views of each in the order of the catalogue. */
export function viewOptions(views: readonly CatalogEntry[]): ComboboxOption[] {
  return views
    .map(({ id, title, description, topic }) => ({ label: title, value: id, description, group: topic }))
    .sort((a, b) => a.group.localeCompare(b.group, 'en'));
}
