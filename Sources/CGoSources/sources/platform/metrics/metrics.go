// Package metrics counts and measures, and writes what it knows in the text format of Prometheus.
package metrics

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Buckets are upper bounds of durations, in seconds, that fit most requests.
var Buckets = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// A Registry has all that is measured. Its methods, and those of what it has, may be called from several goroutines.
type Registry struct {
	mutex    sync.Mutex
	families map[string]*Family
}

// NewRegistry returns one that measures nothing but the process.
func NewRegistry() *Registry {
	return &Registry{families: make(map[string]*Family)}
}

// A Family is one metric with its values for all labels.
type Family struct {
	name, help, kind string
	labels           []string
	bounds           []float64

	mutex  sync.RWMutex
	series map[string]*Series
}

// A Series is the value of a metric for some labels: a count, or how durations are spread.
type Series struct {
	labels string
	count  atomic.Int64
	// sum is in nanoseconds, so that it can be added to without a lock.
	sum     atomic.Int64
	buckets []atomic.Int64
	bounds  []float64
}

// Counter returns the metric of a name, which only grows.
func (r *Registry) Counter(name, help string, labels ...string) *Family {
	return r.family(name, help, "counter", nil, labels)
}

// Gauge returns the metric of a name, which grows and shrinks.
func (r *Registry) Gauge(name, help string, labels ...string) *Family {
	return r.family(name, help, "gauge", nil, labels)
}

// Histogram returns the metric of a name, which says how long something takes. The bounds ascend.
func (r *Registry) Histogram(name, help string, bounds []float64, labels ...string) *Family {
	return r.family(name, help, "histogram", bounds, labels)
}

func (r *Registry) family(name, help, kind string, bounds []float64, labels []string) *Family {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if known, found := r.families[name]; found {
		return known
	}
	family := &Family{
		name: name, help: help, kind: kind, labels: labels, bounds: bounds, series: make(map[string]*Series),
	}
	r.families[name] = family
	return family
}

// With returns the series of the labels' values, which are as many as the labels.
func (f *Family) With(values ...string) *Series {
	key := strings.Join(values, "\xff")
	f.mutex.RLock()
	series, found := f.series[key]
	f.mutex.RUnlock()
	if found {
		return series
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if series, found = f.series[key]; !found {
		series = &Series{labels: f.encode(values), bounds: f.bounds, buckets: make([]atomic.Int64, len(f.bounds))}
		f.series[key] = series
	}
	return series
}

var labelEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (f *Family) encode(values []string) string {
	pairs := make([]string, 0, len(f.labels))
	for i, label := range f.labels {
		if i < len(values) {
			pairs = append(pairs, label+`="`+labelEscaper.Replace(values[i])+`"`)
		}
	}
	return strings.Join(pairs, ",")
}

// Add adds to a counter or a gauge.
func (s *Series) Add(delta int64) {
	s.count.Add(delta)
}

// Observe adds a duration to a histogram.
func (s *Series) Observe(duration time.Duration) {
	s.count.Add(1)
	s.sum.Add(int64(duration))
	if i := sort.SearchFloat64s(s.bounds, duration.Seconds()); i < len(s.buckets) {
		s.buckets[i].Add(1)
	}
}

// ServeHTTP answers with all metrics.
func (r *Registry) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	var text strings.Builder
	r.Write(&text)
	// A client that has gone needs no answer.
	_, _ = io.WriteString(w, text.String())
}

// Write writes all metrics, in the order of their names.
func (r *Registry) Write(text *strings.Builder) {
	fmt.Fprintf(text, "# HELP go_goroutines Goroutines that exist.\n# TYPE go_goroutines gauge\ngo_goroutines %d\n",
		runtime.NumGoroutine())
	r.mutex.Lock()
	families := make([]*Family, 0, len(r.families))
	for _, family := range r.families {
		families = append(families, family)
	}
	r.mutex.Unlock()
	sort.Slice(families, func(i, j int) bool { return families[i].name < families[j].name })
	for _, family := range families {
		family.write(text)
	}
}

func (f *Family) write(text *strings.Builder) {
	f.mutex.RLock()
	all := make([]*Series, 0, len(f.series))
	for _, series := range f.series {
		all = append(all, series)
	}
	f.mutex.RUnlock()
	sort.Slice(all, func(i, j int) bool { return all[i].labels < all[j].labels })

	fmt.Fprintf(text, "# HELP %s %s\n# TYPE %s %s\n", f.name, f.help, f.name, f.kind)
	for _, series := range all {
		if f.kind == "histogram" {
			series.writeHistogram(text, f.name)
		} else {
			fmt.Fprintf(text, "%s %d\n", join(f.name, series.labels, ""), series.count.Load())
		}
	}
}

func (s *Series) writeHistogram(text *strings.Builder, name string) {
	total := int64(0)
	for i, bound := range s.bounds {
		total += s.buckets[i].Load()
		limit := `le="` + strconv.FormatFloat(bound, 'g', -1, 64) + `"`
		fmt.Fprintf(text, "%s %d\n", join(name+"_bucket", s.labels, limit), total)
	}
	// The count grows first, so it is never less than what the buckets hold, unless it is read before them.
	count := int64(math.Max(float64(s.count.Load()), float64(total)))
	fmt.Fprintf(text, "%s %d\n", join(name+"_bucket", s.labels, `le="+Inf"`), count)
	fmt.Fprintf(text, "%s %g\n", join(name+"_sum", s.labels, ""), time.Duration(s.sum.Load()).Seconds())
	fmt.Fprintf(text, "%s %d\n", join(name+"_count", s.labels, ""), count)
}

func join(name, labels, more string) string {
	if labels != "" && more != "" {
		labels += ","
	}
	if labels += more; labels == "" {
		return name
	}
	return name + "{" + labels + "}"
}
