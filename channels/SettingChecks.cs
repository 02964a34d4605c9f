namespace Orchestrator.Channels;

/// <summary>Collects findings while a provider checks its settings.</summary>
internal sealed class SettingChecks(List<SettingError> errors, EndpointPolicy endpoints)
{
    public void Fail(string field, string message) => errors.Add(new(field, message));

    public void Required(string field, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) Fail(field, "Is required.");
    }

    public void Endpoint(string field, Uri? value)
    {
        if (value is null) Fail(field, "Is required.");
        else if (endpoints.Refuse(value) is { } reason) Fail(field, reason);
    }

    public void Between(string field, int value, int least, int most)
    {
        if (value < least || value > most) Fail(field, FormattableString.Invariant($"Must be between {least} and {most}."));
    }

    public void When(bool wrong, string field, string message)
    {
        if (wrong) Fail(field, message);
    }
}
