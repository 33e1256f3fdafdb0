package plugin

import (
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// periodColumns hold the midnight, in the organisation's time zone or UTC, at which a month, week or day begins.
var periodColumns = []string{"period_start", "period"}

// dayColumns are dates, beside those that end in _day.
var dayColumns = []string{"day", "clock_start", "end_of_life"}

// intoPeriod is later than local midnight in the same period, as UTC has it: from UTC-10 to UTC+13.
const intoPeriod = 13 * time.Hour

// periodNames turns the starts of periods into texts (2026-10, or 2026-10-19 where not all of them are months), and days too. Grafana writes times in
// the zone of the one who looks, where a month that begins at midnight in Zurich begins in the month before.
func periodNames(table *data.Frame) *data.Frame {
	named := *table
	named.Fields = slices.Clone(table.Fields)
	for at, field := range table.Fields {
		if field.Type().Time() && (slices.Contains(periodColumns, field.Name) || isDay(field.Name)) {
			named.Fields[at] = namesOf(field)
		}
	}
	return &named
}

func isDay(name string) bool {
	return slices.Contains(dayColumns, name) || strings.HasSuffix(name, "_day")
}

func namesOf(field *data.Field) *data.Field {
	starts, layout := make([]*time.Time, field.Len()), "2006-01"
	if isDay(field.Name) {
		layout = time.DateOnly
	}
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
	return named
}
