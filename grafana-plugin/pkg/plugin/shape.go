package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// shape gives a view's table the form the query asks for. Times and texts are kept as they are.
func shape(table *data.Frame, query query) (*data.Frame, *failure) {
	switch query.Format {
	case "", "table":
		if query.Wide {
			return timeSeries(table)
		}
		if query.WhenEmpty == "nothing" && table.Rows() == 0 {
			return withoutFields(table), nil
		}
		if query.Periods == "text" {
			return periodNames(table), nil
		}
		return table, nil
	case "time_series":
		return timeSeries(table)
	case "histogram":
		return histogram(table)
	}
	return nil, yours("the format is %q; table, time_series or histogram is needed", query.Format)
}

// withoutFields keeps what is said about the answer: how it was computed, and notices.
func withoutFields(table *data.Frame) *data.Frame {
	bare := *table
	bare.Fields = nil
	return &bare
}

// timeSeries takes the first column of times, the texts as labels and the numbers as values.
func timeSeries(table *data.Frame) (*data.Frame, *failure) {
	times := table.TypeIndices(data.FieldTypeNullableTime, data.FieldTypeTime)
	if len(times) == 0 {
		return nil, yours("a time series needs a column of times, and this view has none; choose the format table")
	}
	// The first time places the row; others (created at, end of life) are no values.
	fields := data.Fields{table.Fields[times[0]]}
	numbers := 0
	for _, field := range table.Fields {
		if field.Type().Time() {
			continue
		}
		if field.Type().Numeric() {
			numbers++
		}
		fields = append(fields, field)
	}
	if numbers == 0 {
		return nil, yours("a time series needs a column of numbers, and this view has none; choose the format table")
	}
	return widen(sortedByTime(&data.Frame{Fields: fields}), table)
}

// widen turns a table sorted by time, with texts, into one field per number column and combination of texts.
func widen(long, table *data.Frame) (*data.Frame, *failure) {
	meta := data.FrameMeta{}
	if table.Meta != nil {
		meta = *table.Meta
	}
	meta.Type, meta.TypeVersion = data.FrameTypeTimeSeriesWide, data.FrameTypeVersion{0, 1}
	long.Meta, long.Name, long.RefID = &meta, table.Name, table.RefID
	if long.Rows() == 0 {
		// What Grafana's expressions take for "no data".
		long.Fields = nil
		return long, nil
	}
	wide := long
	if long.TimeSeriesSchema().Type == data.TimeSeriesTypeLong {
		made, err := data.LongToWide(long, &data.FillMissing{Mode: data.FillModeNull})
		if err != nil {
			return nil, ours(err)
		}
		made.RefID = table.RefID
		wide = made
	}
	if lost := collisions(long); lost > 0 {
		wide.AppendNotices(data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(
			"%d rows have the place and the labels of another row and are not shown; group or filter, or choose the format table", lost)})
	}
	describe(wide, long)
	return wide, nil
}

// describe gives every series the unit of its column, and a name made of what tells it from the others.
func describe(wide, long *data.Frame) {
	varying := varyingLabels(wide, long)
	numbers := len(long.TimeSeriesSchema().ValueIndices)
	for _, field := range wide.Fields {
		source, at := long.FieldByName(field.Name)
		if at < 0 || source.Config == nil {
			continue
		}
		config := *source.Config
		field.Config = &config
		if len(field.Labels) == 0 {
			continue
		}
		var parts []string
		if numbers > 1 || len(varying) == 0 {
			parts = append(parts, cmp.Or(config.DisplayName, field.Name))
		}
		for _, label := range varying {
			parts = append(parts, cmp.Or(field.Labels[label], "(none)"))
		}
		config.DisplayName = ""
		config.DisplayNameFromDS = strings.Join(parts, " · ")
	}
}

// varyingLabels are those with more than one value, in the order of their columns.
func varyingLabels(wide, long *data.Frame) []string {
	var varying []string
	for _, factor := range long.TimeSeriesSchema().FactorIndices {
		label, values := long.Fields[factor].Name, map[string]bool{}
		for _, field := range wide.Fields {
			if value, found := field.Labels[label]; found {
				values[value] = true
			}
		}
		if len(values) > 1 {
			varying = append(varying, label)
		}
	}
	return varying
}

// sortedByTime copies the rows that have a time (the first field), the earliest first.
func sortedByTime(frame *data.Frame) *data.Frame {
	type row struct {
		at    time.Time
		index int
	}
	rows := make([]row, 0, frame.Rows())
	for index := range frame.Rows() {
		if at, ok := frame.ConcreteAt(0, index); ok {
			rows = append(rows, row{at.(time.Time), index})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	sorted := &data.Frame{}
	for at, field := range frame.Fields {
		kind := field.Type()
		if at == 0 {
			kind = kind.NonNullableType()
		}
		copied := data.NewFieldFromFieldType(kind, len(rows))
		copied.Name, copied.Config = field.Name, field.Config
		for to, from := range rows {
			if at == 0 {
				copied.Set(to, from.at)
			} else {
				copied.Set(to, field.At(from.index))
			}
		}
		sorted.Fields = append(sorted.Fields, copied)
	}
	return sorted
}

// collisions counts rows of which a row with the same time and labels takes the place.
func collisions(long *data.Frame) int {
	schema := long.TimeSeriesSchema()
	seen := make(map[string]struct{}, long.Rows())
	for at := range long.Rows() {
		moment, _ := long.ConcreteAt(schema.TimeIndex, at)
		key := strconv.FormatInt(moment.(time.Time).UnixNano(), 36)
		for _, factor := range schema.FactorIndices {
			value, _ := long.ConcreteAt(factor, at)
			key += fmt.Sprintf("\x00%v", value)
		}
		seen[key] = struct{}{}
	}
	return long.Rows() - len(seen)
}
