"""Charts: functions from a record to an ECharts option or SVG, with the table behind the chart."""
