using Orchestrator.Templates;

namespace Orchestrator.Templates.Tests;

public sealed class RenderingTests
{
    private static readonly TemplateRenderer Renderer = new();

    private static MessageTemplate Sms(string body, params TemplateVariable[] variables) =>
        new() { Id = "t", Channel = MessageChannel.Sms, Language = "zh-CN", Body = body, Variables = variables };

    private static MessageTemplate Mail(string html, params TemplateVariable[] variables) =>
        new() { Id = "m", Channel = MessageChannel.Email, Language = "en", Title = "T", Body = "B", Html = html, Variables = variables };

    private static Dictionary<string, object?> Data(params (string Name, object? Value)[] values)
    {
        var data = values.ToDictionary(value => value.Name, value => value.Value);
        data.TryAdd("sig", "【禾光消费金融】");
        data.TryAdd("rate", "rate");
        data.TryAdd("out", "拒收请回复R");
        return data;
    }

    [Fact]
    public void Tokens_and_variables_are_filled()
    {
        var compiled = Renderer.Compile(Sms("{{sig}}尾号{{tail}}的客户,{{start}}开始。{{out}}", new("tail", VariableType.Text), new("start", VariableType.Date)));
        Assert.Equal("【禾光消费金融】尾号8842的客户,12月8日开始。拒收请回复R",
            compiled.Render(Data(("tail", "8842"), ("start", new DateOnly(2026, 12, 8)))).Body);
        Assert.Equal(["out", "sig"], compiled.UsedTokens.Order());
    }

    [Fact]
    public void A_text_message_without_the_signature_token_gets_it_in_front() =>
        Assert.Equal("【禾光消费金融】您好", Renderer.Compile(Sms("您好")).Render(Data()).Body);

    [Fact]
    public void The_same_content_is_compiled_once() =>
        Assert.Same(Renderer.Compile(Sms("{{sig}}一")), Renderer.Compile(Sms("{{sig}}一") with { Id = "another" }));

    [Fact]
    public void Plain_text_is_not_escaped_and_html_is()
    {
        var name = new TemplateVariable("name", VariableType.Text);
        Assert.EndsWith("A&B <x>", Renderer.Compile(Sms("{{name}}", name)).Render(Data(("name", "A&B <x>"))).Body, StringComparison.Ordinal);
        Assert.Equal("<p>A&amp;B &lt;x&gt;</p>", Renderer.Compile(Mail("<p>{{name}}</p>", name)).Render(Data(("name", "A&B <x>"))).Html);
    }

    [Theory]
    [InlineData("{{sig}}{{nobody}}", "'nobody' is not declared")]
    [InlineData("{{sig}}{{#if nobody}}x{{/if}}", "'nobody' is not declared")]
    [InlineData("{{sig}}{{name.Length}}", "not declared")]
    [InlineData("{{sig}}{{GetType}}", "not declared")]
    [InlineData("{{sig}}{{lookup name 0}}", "no helper 'lookup'")]
    [InlineData("{{sig}}{{#with name}}x{{/with}}", "no block 'with'")]
    [InlineData("{{sig}}{{#if name}}x", "never closed")]
    [InlineData("{{sig}}{{/if}}", "not open here")]
    [InlineData("{{sig}}{{else}}", "outside of any block")]
    [InlineData("{{sig}}\n  {{name", "line 2, column 3")]
    [InlineData("{{sig}}{{}}", "may not be empty")]
    [InlineData("{{sig}}{{mask (last4 name)}}", "not understood")]
    [InlineData("{{sig}}{{#*inline \"x\"}}y{{/inline}}", "not understood")]
    [InlineData("{{sig}}{{> footer}}", "no partial 'footer'")]
    [InlineData("{{sig}}{{{{raw}}}}", "Raw blocks")]
    public void A_text_outside_the_dialect_does_not_compile(string body, string expected)
    {
        var fault = Assert.Throws<TemplateException>(() => Renderer.Compile(Sms(body, new TemplateVariable("name", VariableType.Text))));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_mistyped_values_are_refused()
    {
        var compiled = Renderer.Compile(Sms("{{sig}}{{start}}", new TemplateVariable("start", VariableType.Date)));
        Assert.Contains("'start' has no value", Assert.Throws<TemplateException>(() => compiled.Render(Data())).Message, StringComparison.Ordinal);
        Assert.Contains("takes a date", Assert.Throws<TemplateException>(() => compiled.Render(Data(("start", "soon")))).Message, StringComparison.Ordinal);
        Assert.Contains("token '{{sig}}'", Assert.Throws<TemplateException>(() => compiled.Render(new Dictionary<string, object?>())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_variable_that_is_not_used_needs_no_value() =>
        Assert.EndsWith("您好", Renderer.Compile(Sms("{{sig}}您好", new TemplateVariable("start", VariableType.Date))).Render(Data()).Body, StringComparison.Ordinal);

    [Fact]
    public void A_text_can_declare_what_it_names_of_all_that_is_known()
    {
        TemplateVariable[] known = [new("end", VariableType.Date), new("name", VariableType.Text), new("amount", VariableType.Money)];
        var template = Sms("{{sig}}weekend {{company_name}} {{money amount}} {{#if name}}x{{/if}}").Declaring(known);
        Assert.Equal(["name", "amount"], template.Variables.Select(variable => variable.Name));
        Assert.Equal(known, Sms("{{sig}}{{#if").Declaring(known).Variables);
    }

    [Fact]
    public void An_optional_variable_may_be_absent() =>
        Assert.Equal("【禾光消费金融】无", Renderer.Compile(Sms("{{sig}}{{#if name}}{{name}}{{else}}无{{/if}}", new TemplateVariable("name", VariableType.Text, Required: false))).Render(Data()).Body);

    [Fact]
    public void No_object_with_members_gets_into_a_template()
    {
        var compiled = Renderer.Compile(Sms("{{sig}}{{#each items}}{{this}}{{/each}}", new TemplateVariable("items", VariableType.List)));
        Assert.Throws<TemplateException>(() => compiled.Render(Data(("items", new object[] { typeof(string) }))));
        var name = Renderer.Compile(Sms("{{sig}}{{name}}", new TemplateVariable("name", VariableType.Text)));
        Assert.Throws<TemplateException>(() => name.Render(Data(("name", new Uri("https://a.example/")))));
    }

    [Fact]
    public void Lists_of_values_and_of_fields_are_written_and_bounded()
    {
        var items = new TemplateVariable("items", VariableType.List);
        var compiled = Renderer.Compile(Sms("{{sig}}{{#each items}}{{@index}}{{this.name}} {{../tail}};{{/each}}", items, new("tail", VariableType.Text)));
        var rows = "ab".Select(name => new Dictionary<string, object?> { ["name"] = name.ToString() }).ToList();
        Assert.Equal("【禾光消费金融】0a 1;1b 1;", compiled.Render(Data(("items", rows), ("tail", "1"))).Body);
        Assert.Contains("more than 100", Assert.Throws<TemplateException>(() => compiled.Render(Data(("items", Enumerable.Repeat("x", 101)), ("tail", "1")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_is_bounded()
    {
        var compiled = Renderer.Compile(Sms("{{sig}}{{a}}{{a}}", new TemplateVariable("a", VariableType.Text)));
        var fault = Assert.Throws<TemplateException>(() => compiled.Render(Data(("a", new string('x', 1500)))));
        Assert.Contains("longer than 2000", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Partials_are_part_of_the_text_and_cannot_recurse()
    {
        var footer = new Dictionary<string, string> { ["footer"] = "{{company_name}} {{> line}}", ["line"] = "热线{{complaint_line}}" };
        var data = Data(("company_name", "禾光"), ("complaint_line", "400-000-0000"));
        Assert.EndsWith("禾光 热线400-000-0000", Renderer.Compile(Sms("{{> footer}}"), footer).Render(data).Body, StringComparison.Ordinal);
        var loop = new Dictionary<string, string> { ["a"] = "{{> a}}{{> a}}{{> a}}" };
        Assert.Throws<TemplateException>(() => Renderer.Compile(Sms("{{> a}}"), loop));
    }

    [Theory]
    [InlineData("zh-CN", "{{money amount}}", "8,600元")]
    [InlineData("en", "{{money amount}}", "CNY 8,600")]
    [InlineData("en", "{{money amount \"USD\"}}", "USD 8,600")]
    [InlineData("zh-CN", "{{amount}}", "8,600元")]
    [InlineData("zh-CN", "{{capital amount}}", "捌仟陆佰元整")]
    [InlineData("zh-CN", "{{start}}", "12月8日")]
    [InlineData("en", "{{start}}", "8 Dec")]
    [InlineData("zh-CN", "{{date start \"long\"}}", "2026年12月8日")]
    [InlineData("en", "{{date start \"iso\"}}", "2026-12-08")]
    [InlineData("en", "{{mask phone}}", "138****8842")]
    [InlineData("en", "{{last4 phone}}", "8842")]
    public void Helpers_write_values_in_the_language_of_the_template(string language, string body, string expected)
    {
        var template = new MessageTemplate
        {
            Id = "h", Channel = MessageChannel.Push, Language = language, Body = body,
            Variables = [new("amount", VariableType.Money), new("start", VariableType.Date), new("phone", VariableType.Text)],
        };
        var data = Data(("amount", 8600m), ("start", new DateOnly(2026, 12, 8)), ("phone", "+86 138 0013 8842"));
        Assert.Equal(expected, Renderer.Compile(template).Render(data).Body);
    }
}
