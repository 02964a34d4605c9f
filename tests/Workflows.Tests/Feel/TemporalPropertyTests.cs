namespace Orchestrator.Workflows.Tests.Feel;

public sealed class TemporalPropertyTests
{
    [Theory]
    [InlineData("@\"2020-01-01T00:00:00@Europe/Paris\".time offset", "PT1H")]
    [InlineData("@\"10:00:00@Europe/Paris\".timezone", "Europe/Paris")]
    [InlineData("@\"2020-01-01\".hour", "null")]
    [InlineData("@\"PT36H\".days", "1")]
    [InlineData("@\"PT36H\".hours", "12")]
    [InlineData("@\"-P1Y3M\".months", "-3")]
    [InlineData("@\"2020-01-01\" < @\"2020-01-02\"", "true")]
    [InlineData("@\"10:00:00Z\" < @\"11:00:00\"", "null")]
    public void A_temporal_value_has_properties(string expression, string expected) => Feels.Gives(expression, expected);
}
