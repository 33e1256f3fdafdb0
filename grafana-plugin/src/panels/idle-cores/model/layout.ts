export interface MultiplesLayout {
  readonly columns: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Smaller than what is needed: the rest is reached by scrolling. */
  readonly isScrolled: boolean;
}

export interface MultiplesInput {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** 0: as many as fit. */
  readonly columns?: number;
  readonly leastWidth?: number;
  readonly leastHeight?: number;
  readonly gap?: number;
}

const scrollbar = 12;

/**
 * Small multiples that fill the room: as few rows as the least width allows, and of these columns no more than needed. When
 * they do not fit the height they keep the least height and scroll.
 */
export function multiplesLayout(input: MultiplesInput): MultiplesLayout {
  const { width, height, count, columns: wanted = 0, leastWidth = 250, leastHeight = 190, gap = 12 } = input;
  if (count <= 0) return { columns: 1, cellWidth: width, cellHeight: height, isScrolled: false };
  const fitting = Math.max(1, Math.floor((width + gap) / (leastWidth + gap)));
  const most = Math.min(count, wanted > 0 ? Math.min(wanted, fitting) : fitting);
  const rows = Math.ceil(count / most);
  // Four in rows of three would leave two thirds of a row empty: two by two.
  const columns = Math.ceil(count / rows);
  const cellHeight = Math.floor((height - gap * (rows - 1)) / rows);
  const isScrolled = cellHeight < leastHeight;
  const room = isScrolled ? width - scrollbar : width;
  return {
    columns,
    cellWidth: Math.floor((room - gap * (columns - 1)) / columns),
    cellHeight: Math.max(cellHeight, leastHeight),
    isScrolled,
  };
}
