using Microsoft.AspNetCore.Http.HttpResults;

namespace Orchestrator.Host.Web;

/// <summary>Renders refusals as RFC 9457 problem details in the caller's language.</summary>
internal static class Problems
{
    public const string TypeBase = "urn:orchestrator:error:";

    extension(Refusal refusal)
    {
        public string Describe(Texts texts) => texts[$"error.{refusal.Type}", refusal.Args];

        public ProblemHttpResult ToProblem(Texts texts)
        {
            var extensions = new Dictionary<string, object?>();
            if (refusal.Problems.Count > 0)
                extensions["errors"] = refusal.Problems.Select(problem => new { field = problem.Field, code = problem.TextKey, message = texts[problem.TextKey, problem.Args] });
            if (refusal.Current is not null)
                extensions["current"] = refusal.Current;
            return TypedResults.Problem(
                type: TypeBase + refusal.Type,
                title: texts[$"error.{refusal.Type}.title"],
                detail: refusal.Describe(texts),
                statusCode: refusal.Status,
                extensions: extensions);
        }
    }

    extension<T>(Outcome<T> outcome)
    {
        /// <summary>200 with the value, or the refusal.</summary>
        public IResult ToResult(Texts texts) => outcome.ToResult(texts, value => TypedResults.Ok(value));

        public IResult ToResult(Texts texts, Func<T, IResult> accepted) =>
            outcome.Refusal is { } refusal ? refusal.ToProblem(texts) : accepted(outcome.Value);
    }

    extension(Outcome<Done> outcome)
    {
        public IResult ToNoContent(Texts texts) => outcome.ToResult(texts, _ => TypedResults.NoContent());
    }
}
