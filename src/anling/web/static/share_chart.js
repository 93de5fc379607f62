// The share that data certified, month by month, drawn from the data-chart attribute; the table beside it holds the same numbers.
document.querySelectorAll(".share-chart[data-chart]").forEach((place) => {
  const given = JSON.parse(place.dataset.chart);
  place.style.height = "240px";
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    color: ["#1d5fa3"],
    animation: false,
    tooltip: { renderMode: "richText", trigger: "axis", valueFormatter: (share) => `${share} %` },
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: given.names },
    // a share of nine tenths moves by tenths of a point, which an axis from nought would hide
    yAxis: { type: "value", scale: true, axisLabel: { formatter: "{value} %" } },
    series: [{ type: "line", data: given.shares, symbolSize: 8, label: { show: true, formatter: "{c} %" } }],
  });
  window.addEventListener("resize", () => chart.resize());
});
