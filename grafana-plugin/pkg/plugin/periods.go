package plugin

import (
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// periodColumns hold the midnight, in the organisation's time zone or UTC, at which a month, week or day begins.
var periodColumns = []string{"period_start", "period"}

// intoPeriod is later than local midnight in the same period, as UTC has it: from UTC-10 to UTC+13.
const intoPeriod = 13 * time.Hour

// periodNames turns the starts of periods into texts (2026-10, or 2026-10-19 where not all of them are months). Grafana writes times in
// the zone of the one who looks, where a month that begins at midnight in Zurich begins in the month before.
func periodNames(table *data.Frame) *data.Frame {
	at := slices.IndexFunc(table.Fields, func(field *data.Field) bool {
		return field.Type().Time() && slices.Contains(periodColumns, field.Name)
	})
	if at < 0 {
		return table
	}
	field := table.Fields[at]
	starts, layout := make([]*time.Time, field.Len()), "2006-01"
	for row := range field.Len() {
		if start, ok := field.ConcreteAt(row); ok {
			within := start.(time.Time).UTC().Add(intoPeriod)
			starts[row] = &within
			if within.Day() != 1 {
				layout = time.DateOnly
			}
		}
	}
	names := make([]*string, len(starts))
	for row, within := range starts {
		if within != nil {
			name := within.Format(layout)
			names[row] = &name
		}
	}
	named := data.NewField(field.Name, field.Labels, names)
	named.Config = field.Config
	copied := *table
	copied.Fields = append(data.Fields{}, table.Fields...)
	copied.Fields[at] = named
	return &copied
}
