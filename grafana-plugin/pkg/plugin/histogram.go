package plugin

import (
	"regexp"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A bin is two columns, such as bin_from_cores and bin_to_cores, and perhaps its name in a third, such as bin.
var binStart = regexp.MustCompile(`^(\w+)_from_(\w+)$`)

type bin struct{ from, to float64 }

// histogram gives the frame Grafana's histogram panel takes: xMin, xMax, and a field per number column and combination of labels.
func histogram(table *data.Frame) (*data.Frame, *failure) {
	start, end, name := binColumns(table)
	if start == nil || end == nil {
		return nil, yours("a histogram needs columns such as bin_from_cores and bin_to_cores, and this view has none; choose the format table")
	}
	bins := binsOf(start, end)
	// Bins take the place of times, as many nanoseconds as they come later.
	place := data.NewField("xMin", nil, make([]*time.Time, start.Len()))
	for row := range start.Len() {
		if from, ok := start.ConcreteAt(row); ok {
			rank := slices.IndexFunc(bins, func(one bin) bool { return one.from == from.(float64) })
			at := time.Unix(0, int64(rank))
			place.Set(row, &at)
		}
	}
	fields := data.Fields{place}
	for _, field := range table.Fields {
		if field != start && field != end && field.Name != name && !field.Type().Time() {
			fields = append(fields, field)
		}
	}
	wide, failed := widen(sortedByTime(&data.Frame{Fields: fields}), table)
	if failed != nil {
		return nil, failed
	}
	wide.Meta.Type, wide.Meta.TypeVersion = "", data.FrameTypeVersion{}
	if len(wide.Fields) == 0 {
		return wide, nil
	}
	least, most := make([]float64, wide.Rows()), make([]float64, wide.Rows())
	for row := range wide.Rows() {
		at, _ := wide.ConcreteAt(0, row)
		found := bins[at.(time.Time).UnixNano()]
		least[row], most[row] = found.from, found.to
	}
	xMin, xMax := data.NewField("xMin", nil, least), data.NewField("xMax", nil, most)
	xMin.Config, xMax.Config = start.Config, end.Config
	wide.Fields = append(data.Fields{xMin, xMax}, wide.Fields[1:]...)
	return wide, nil
}

func binColumns(table *data.Frame) (start, end *data.Field, name string) {
	for _, field := range table.Fields {
		if match := binStart.FindStringSubmatch(field.Name); match != nil && field.Type() == data.FieldTypeNullableFloat64 {
			end, _ = table.FieldByName(match[1] + "_to_" + match[2])
			return field, end, match[1]
		}
	}
	return nil, nil, ""
}

// binsOf lists the bins from the lowest; one without an end is as wide as the one before it.
func binsOf(start, end *data.Field) []bin {
	var bins []bin
	for row := range start.Len() {
		from, ok := start.ConcreteAt(row)
		if !ok || slices.ContainsFunc(bins, func(one bin) bool { return one.from == from.(float64) }) {
			continue
		}
		one := bin{from.(float64), from.(float64)}
		if to, ok := end.ConcreteAt(row); ok {
			one.to = to.(float64)
		}
		bins = append(bins, one)
	}
	slices.SortFunc(bins, func(a, b bin) int {
		if a.from < b.from {
			return -1
		}
		return 1
	})
	for at, one := range bins {
		if one.to <= one.from {
			width := 1.0
			if at > 0 {
				width = bins[at-1].to - bins[at-1].from
			}
			bins[at].to = one.from + width
		}
	}
	return bins
}
