"""Charts: functions from the tables of a record to an ECharts option or SVG, with the table that they show."""
