import React from 'react';
import type { Shape } from './model/patterns.ts';

interface Props {
  readonly shape: Shape;
  readonly x: number;
  readonly y: number;
  /** Half of its width. */
  readonly r: number;
  readonly color: string;
  /** Around it, so that it stands out from a bar of the same colour. */
  readonly halo?: string;
}

/** A shape for SVG, centred on (x, y). */
export function Glyph({ shape, x, y, r, color, halo }: Props) {
  const around = halo === undefined ? {} : { stroke: halo, strokeWidth: 1.5, paintOrder: 'stroke' as const };
  switch (shape) {
    case 'circle':
      return <circle cx={x} cy={y} r={r} fill={color} {...around} />;
    case 'ring':
      return <circle cx={x} cy={y} r={r - 0.75} fill={halo ?? 'none'} stroke={color} strokeWidth={1.75} />;
    case 'square':
      return <rect x={x - r * 0.9} y={y - r * 0.9} width={r * 1.8} height={r * 1.8} fill={color} {...around} />;
    case 'cross':
      return (
        <>
          {halo !== undefined && <path d={crossPath(x, y, r)} stroke={halo} strokeWidth={5} strokeLinecap="round" />}
          <path d={crossPath(x, y, r)} stroke={color} strokeWidth={2.25} strokeLinecap="round" />
        </>
      );
    case 'dash':
      return <rect x={x - r} y={y - r * 0.3} width={r * 2} height={r * 0.6} rx={1} fill={color} {...around} />;
    case 'diamond':
      return <path d={`M${x} ${y - r * 1.15}L${x + r * 1.15} ${y}L${x} ${y + r * 1.15}L${x - r * 1.15} ${y}Z`} fill={color} {...around} />; // prettier-ignore
    case 'triangle':
      return <path d={`M${x} ${y - r}L${x + r} ${y + r * 0.85}L${x - r} ${y + r * 0.85}Z`} fill={color} {...around} />;
    case 'triangle-down':
      return <path d={`M${x} ${y + r}L${x + r} ${y - r * 0.85}L${x - r} ${y - r * 0.85}Z`} fill={color} {...around} />;
  }
}

function crossPath(x: number, y: number, r: number): string {
  const half = r * 0.75;
  return `M${x - half} ${y - half}L${x + half} ${y + half}M${x + half} ${y - half}L${x - half} ${y + half}`;
}

/** A shape on its own, in text. */
export function GlyphIcon({
  shape,
  color,
  size = 12,
}: {
  readonly shape: Shape;
  readonly color: string;
  readonly size?: number;
}) {
  // prettier-ignore
  return (
    <svg width={size} height={size} aria-hidden="true" style={{ flex: 'none' }}>
      <Glyph shape={shape} x={size / 2} y={size / 2} r={size / 2 - 1.5} color={color} />
    </svg>
  );
}
