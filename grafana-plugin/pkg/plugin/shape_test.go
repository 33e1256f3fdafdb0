package plugin

import (
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func shaped(t *testing.T, frame *data.Frame, query query) *data.Frame {
	t.Helper()
	got, failed := shape(frame, query)
	if failed != nil {
		t.Fatal(failed.message)
	}
	return got
}

func value(t *testing.T, field *data.Field, row int) any {
	t.Helper()
	found, ok := field.ConcreteAt(row)
	if !ok {
		return nil
	}
	return found
}

func TestATableIsLeftAsItIs(t *testing.T) {
	for _, format := range []string{"", "table"} {
		if got := shaped(t, table(), query{Format: format}); len(got.Fields) != 6 || got.Rows() != 4 {
			t.Error(format, got.Fields)
		}
	}
}

func TestATableWithoutRows(t *testing.T) {
	empty := table().EmptyCopy()
	empty.Meta = &data.FrameMeta{ExecutedQueryString: "view usage"}
	for _, c := range []struct {
		frame  *data.Frame
		asked  query
		fields int
	}{
		{empty, query{}, 6},
		{empty, query{WhenEmpty: "nothing"}, 0},
		{table(), query{WhenEmpty: "nothing"}, 6},
	} {
		got := shaped(t, c.frame, c.asked)
		if len(got.Fields) != c.fields || got.Meta.ExecutedQueryString != "view usage" {
			t.Error(c.asked, got.Fields, got.Meta)
		}
	}
	if len(empty.Fields) != 6 {
		t.Error("the answer itself was changed")
	}
}

func TestPeriodsAsTexts(t *testing.T) {
	for name, c := range map[string]struct{ starts, expected []string }{
		"months east and west of UTC": {
			[]string{"2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", "2026-12-01T08:00:00Z", "2026-12-31T11:00:00Z"},
			[]string{"2026-10", "2026-11", "2026-12", "2027-01"},
		},
		"weeks": {[]string{"2026-10-18T22:00:00Z", "2026-10-31T23:00:00Z"}, []string{"2026-10-19", "2026-11-01"}},
	} {
		starts := make([]*time.Time, 0, len(c.starts)+1)
		for _, text := range c.starts {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			starts = append(starts, &at)
		}
		frame := data.NewFrame("cost", data.NewField("period_start", nil, append(starts, nil)))
		frame.Fields[0].Config = &data.FieldConfig{DisplayName: "Period"}
		frame.Fields = append(frame.Fields, data.NewField("last_visit_day", nil, starts))
		days := shaped(t, frame, query{Periods: "text"}).Fields
		field := days[0]
		if first := value(t, days[1], 0).(string); len(first) != len(time.DateOnly) || !strings.HasPrefix(first, c.expected[0]) {
			t.Error(name, first)
		}
		if field.Config.DisplayName != "Period" || value(t, field, len(starts)) != nil {
			t.Error(name, field.Config, value(t, field, len(starts)))
		}
		for row, expected := range c.expected {
			if got := value(t, field, row); got != expected {
				t.Error(name, got, expected)
			}
		}
		if shaped(t, frame, query{}).Fields[0].Type() != data.FieldTypeNullableTime {
			t.Error("the answer itself was changed")
		}
	}
}

func TestTimeSeries(t *testing.T) {
	for _, asked := range []query{{Format: "time_series"}, {Format: "table", Wide: true}} {
		got := shaped(t, table(), asked)
		if got.Meta.Type != data.FrameTypeTimeSeriesWide || got.Meta.ExecutedQueryString != "view usage" {
			t.Error(got.Meta)
		}
		// The row without a time has no place; `until` is no value.
		if len(got.Fields) != 5 || got.Rows() != 2 {
			t.Fatal(len(got.Fields), got.Rows())
		}
		if value(t, got.Fields[0], 0) != monday || value(t, got.Fields[0], 1) != tuesday {
			t.Error("times are not in order")
		}
		for at, expected := range []struct {
			name, department, shown, unit string
			values                        [2]any
		}{
			{"cost", "A", "Cost · A", "currencyUSD", [2]any{1.0, 3.0}},
			{"cost", "B", "Cost · B", "currencyUSD", [2]any{2.0, nil}},
			{"hours", "A", "Hours · A", "h", [2]any{nil, 30.0}},
			{"hours", "B", "Hours · B", "h", [2]any{20.0, nil}},
		} {
			field := got.Fields[at+1]
			if field.Name != expected.name || field.Labels["department"] != expected.department || field.Labels["currency"] != "USD" ||
				field.Config.DisplayNameFromDS != expected.shown || field.Config.DisplayName != "" || field.Config.Unit != expected.unit {
				t.Errorf("%+v %+v", field.Labels, field.Config)
			}
			if value(t, field, 0) != expected.values[0] || value(t, field, 1) != expected.values[1] {
				t.Error(expected.name, expected.department, value(t, field, 0), value(t, field, 1))
			}
		}
	}
}

func TestOneNumberIsNamedAfterItsLabelsOnly(t *testing.T) {
	frame := table()
	frame.Fields = frame.Fields[:4]
	if got := shaped(t, frame, query{Format: "time_series"}); got.Fields[1].Config.DisplayNameFromDS != "A" {
		t.Error(got.Fields[1].Config)
	}
}

func TestNumbersWithoutLabelsKeepTheirNames(t *testing.T) {
	frame := table()
	frame.Fields = data.Fields{frame.Fields[0], frame.Fields[3], frame.Fields[4]}
	got := shaped(t, frame, query{Format: "time_series"})
	if len(got.Fields) != 3 || got.Fields[1].Config.DisplayName != "Cost" || got.Fields[1].Config.DisplayNameFromDS != "" {
		t.Error(got.Fields)
	}
}

func TestRowsThatCannotBeToldApartAreReported(t *testing.T) {
	frame := table()
	frame.Fields = data.Fields{frame.Fields[0], frame.Fields[2], frame.Fields[3]}
	got := shaped(t, frame, query{Format: "time_series"})
	if len(got.Meta.Notices) != 1 || !strings.Contains(got.Meta.Notices[0].Text, "1 rows have the place and the labels of another row") {
		t.Error(got.Meta.Notices)
	}
}

func TestNoRowsAreNoData(t *testing.T) {
	for _, format := range []string{"time_series", "histogram"} {
		for _, frame := range []*data.Frame{table().EmptyCopy(), histogramTable().EmptyCopy()} {
			got, failed := shape(frame, query{Format: format})
			if failed == nil && (len(got.Fields) != 0 || got.Rows() != 0) {
				t.Error(format, got.Fields)
			}
		}
	}
}

func TestHistogram(t *testing.T) {
	got := shaped(t, histogramTable(), query{Format: "histogram"})
	columns := [][]any{}
	for _, field := range got.Fields {
		column := []any{}
		for row := range got.Rows() {
			column = append(column, value(t, field, row))
		}
		columns = append(columns, column)
	}
	expected := [][]any{{0.0, 1.0, 2.0}, {1.0, 2.0, 3.0}, {20.0, 10.0, nil}, {30.0, nil, 40.0}}
	for at := range expected {
		for row := range expected[at] {
			if columns[at][row] != expected[at][row] {
				t.Fatal(columns)
			}
		}
	}
	if got.Fields[0].Name != "xMin" || got.Fields[1].Name != "xMax" || got.Fields[2].Labels["role"] != "R" || got.Meta.Type != "" {
		t.Error(got.Fields)
	}
}

func TestFormatsThatDoNotFit(t *testing.T) {
	noTime := data.NewFrame("", data.NewField("n", nil, []*float64{number(1)}))
	noNumber := data.NewFrame("", data.NewField("at", nil, []*time.Time{&monday}))
	for _, c := range []struct {
		frame           *data.Frame
		format, message string
	}{
		{noTime, "time_series", "needs a column of times"},
		{noNumber, "time_series", "needs a column of numbers"},
		{table(), "histogram", "needs columns such as bin_from_cores"},
		{table(), "pie", `the format is "pie"`},
	} {
		_, failed := shape(c.frame, query{Format: c.format})
		if failed == nil || failed.status != 400 || !strings.Contains(failed.message, c.message) {
			t.Error(c.format, failed)
		}
	}
}
