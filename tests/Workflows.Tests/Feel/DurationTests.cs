namespace Orchestrator.Workflows.Tests.Feel;

public sealed class DurationTests
{
    [Theory]
    [InlineData("duration(\"P1Y\") + duration(\"P1M\")", "P1Y1M")]
    [InlineData("duration(\"P1Y\") + duration(\"P1D\")", "null")]
    [InlineData("duration(\"P1Y\") * 1.5", "P1Y6M")]
    [InlineData("duration(\"P1Y\") / 5", "P2M")]
    [InlineData("duration(\"P1D\") / 2", "PT12H")]
    [InlineData("duration(\"P1D\") / duration(\"PT1H\")", "24")]
    [InlineData("duration(\"P1D\") / 0", "null")]
    [InlineData("duration(\"P1Y\") / duration(\"P1M\")", "12")]
    [InlineData("duration(\"P1D\") * duration(\"P1D\")", "null")]
    [InlineData("-duration(\"P1D\")", "-P1D")]
    [InlineData("duration(\"P1D\") = duration(\"PT24H\")", "true")]
    [InlineData("duration(\"P1Y\") > duration(\"P1M\")", "true")]
    [InlineData("duration(\"P1Y\") > duration(\"P1D\")", "null")]
    [InlineData("duration(\"P1Y2M3D\")", "null")]
    [InlineData("duration(\"-P1Y2M\")", "-P1Y2M")]
    [InlineData("duration(\"P400D\")", "P400D")]
    [InlineData("duration(\"PT0.5S\")", "PT0.5S")]
    public void Durations_add_scale_and_compare(string expression, string expected) => Feels.Gives(expression, expected);
}
