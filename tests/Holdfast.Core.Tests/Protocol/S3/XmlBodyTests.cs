using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Acls;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Tagging;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class XmlBodyTests
{
    const string Ns = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

    [Theory]
    [InlineData("")]
    [InlineData(Ns)]
    public void A_delete_body_is_read_with_and_without_namespace(string ns)
    {
        var body = DeleteBody.Parse(Utf8(
            $"<?xml version=\"1.0\"?>\n<!-- x --><Delete{ns}>\n <Quiet>true</Quiet><Object><Key>a&amp;b&#x1;&#x20AC;</Key>"
            + "<VersionId>v</VersionId><ETag>&quot;e&quot;</ETag><Size>7</Size>"
            + "<LastModifiedTime>2024-01-02T03:04:05.000Z</LastModifiedTime></Object>"
            + "<Object><Key> </Key></Object><Object>\n<Key>c</Key><VersionId/><New><er>1</er></New></Object></Delete>"));

        Assert.True(body.IsQuiet);
        Assert.Equal("a&b\u0001€", body.Objects[0].Key.ToString());
        Assert.Equal(("v", "e", 7L), (body.Objects[0].VersionId, body.Objects[0].ETag, body.Objects[0].Size));
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), body.Objects[0].LastModified);
        Assert.Equal(new DeleteEntry(Holdfast.Protocol.S3.ObjectKey.FromText("c"), null, null, null, null), body.Objects[2]);
        Assert.Equal(" ", body.Objects[1].Key.ToString());
    }

    [Fact]
    public void A_thousand_objects_are_taken_and_one_more_is_not()
    {
        static string Body(int count) => $"<Delete>{string.Concat(Enumerable.Repeat("<Object><Key>k</Key></Object>", count))}</Delete>";

        Assert.Equal(1000, DeleteBody.Parse(Utf8(Body(1000))).Objects.Count);
        Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(Utf8(Body(1001)))));
        Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(Utf8(Body(0)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("not xml")]
    [InlineData("<Other/>")]
    [InlineData("<Delete xmlns=\"urn:x\"><Object><Key>k</Key></Object></Delete>")]
    [InlineData("<Delete><Object><Key>k</Key></Object>")]
    [InlineData("<Delete><Object><Key>k</Key></Object></Delete><Delete/>")]
    [InlineData("<Delete><Object><Key>k</Key></Object>text</Delete>")]
    [InlineData("<Delete><Object><Key><b/></Key></Object></Delete>")]
    [InlineData("<Delete><Object><Key/></Object></Delete>")]
    [InlineData("<Delete><Object/></Delete>")]
    [InlineData("<Delete><Quiet>maybe</Quiet><Object><Key>k</Key></Object></Delete>")]
    [InlineData("<Delete><Object><Key>k</Key><Size>big</Size></Object></Delete>")]
    [InlineData("<Delete><Object><Key>k</Key><LastModifiedTime>x</LastModifiedTime></Object></Delete>")]
    [InlineData("<!DOCTYPE Delete [<!ENTITY a \"aaaa\">]><Delete><Object><Key>&a;</Key></Object></Delete>")]
    [InlineData("<!DOCTYPE Delete SYSTEM \"file:///etc/passwd\"><Delete><Object><Key>k</Key></Object></Delete>")]
    [InlineData("<Delete><Object><Key>&b;</Key></Object></Delete>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"nonsense\"?><Delete><Object><Key>k</Key></Object></Delete>")]
    public void A_bad_body_is_malformed(string body) => Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(Utf8(body))));

    [Theory]
    [InlineData("")]
    [InlineData("<?xml version=\"1.0\"?>")]
    [InlineData("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n")]
    [InlineData("<?xml version='1.0' encoding='UTF-8'?><!-- made by hand -->")]
    public void A_body_is_utf8_declared_or_not(string declaration)
    {
        var body = DeleteBody.Parse(Utf8($"{declaration}<Delete><Object><Key>ключ</Key></Object></Delete>"));

        Assert.Equal("ключ", Assert.Single(body.Objects).Key.ToString());
    }

    [Fact]
    public void Another_encoding_is_malformed_rather_than_misread()
    {
        const string Body = "<?xml version=\"1.0\" encoding=\"{0}\"?><Delete><Object><Key>clé</Key></Object></Delete>";
        foreach (var encoding in new[] { Encoding.Latin1, Encoding.Unicode, Encoding.UTF32 })
        {
            var bytes = encoding.GetBytes(Body.Replace("{0}", encoding.WebName, StringComparison.Ordinal));

            Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(bytes)));
            Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse((byte[])[.. encoding.Preamble, .. bytes])));
        }

        Assert.Equal(
            StoreError.MalformedXml,
            Refusal(() => DeleteBody.Parse(Utf8(Body.Replace("{0}", "iso-8859-1", StringComparison.Ordinal)))));
    }

    [Fact]
    public void Deep_and_endless_bodies_are_malformed()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 50_000));
        Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(Utf8($"<Delete>{deep}"))));
        var longText = string.Concat(Enumerable.Repeat("a<!-- -->", 100_000));
        Assert.Equal(
            StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(Utf8($"<Delete><Object><Key>{longText}</Key></Object></Delete>"))));
        Assert.Equal(
            StoreError.KeyTooLong,
            Refusal(() => DeleteBody.Parse(Utf8($"<Delete><Object><Key>{new string('k', 1025)}</Key></Object></Delete>"))));
        Assert.Equal(StoreError.MalformedXml, Refusal(() => DeleteBody.Parse(new byte[] { 0x3C, 0x44, 0xFF, 0xFE, 0x3E })));
    }

    [Fact]
    public void Completed_parts_are_read_with_their_checksums()
    {
        var parts = CompleteUploadBody.Parse(Utf8(
            $"<CompleteMultipartUpload{Ns}><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag><ChecksumCRC32>y/Q5Jg==</ChecksumCRC32></Part>"
            + "<Part><ETag>b</ETag><PartNumber>10000</PartNumber></Part></CompleteMultipartUpload>")).Parts;

        Assert.Equal(new CompletedPart(1, "a", ChecksumValue.Parse(ChecksumAlgorithm.Crc32, "y/Q5Jg==")), parts[0]);
        Assert.Equal(new CompletedPart(10_000, "b", null), parts[1]);
    }

    [Theory]
    [InlineData("", StoreError.MalformedXml)]
    [InlineData("<Part><PartNumber>1</PartNumber></Part>", StoreError.MalformedXml)]
    [InlineData("<Part><ETag>a</ETag></Part>", StoreError.MalformedXml)]
    [InlineData("<Part><PartNumber>x</PartNumber><ETag>a</ETag></Part>", StoreError.MalformedXml)]
    [InlineData("<Part><PartNumber>0</PartNumber><ETag>a</ETag></Part>", StoreError.InvalidArgument)]
    [InlineData("<Part><PartNumber>10001</PartNumber><ETag>a</ETag></Part>", StoreError.InvalidArgument)]
    [InlineData("<Part><PartNumber>1</PartNumber><ETag>a</ETag><ChecksumSHA1>a</ChecksumSHA1></Part>", StoreError.InvalidRequest)]
    [InlineData(
        "<Part><PartNumber>2</PartNumber><ETag>a</ETag></Part><Part><PartNumber>2</PartNumber><ETag>a</ETag></Part>",
        StoreError.InvalidPartOrder)]
    [InlineData("<Other/>", StoreError.MalformedXml)]
    public void Bad_parts_are_refused(string inner, StoreError error) =>
        Assert.Equal(error, Refusal(() => CompleteUploadBody.Parse(Utf8($"<CompleteMultipartUpload>{inner}</CompleteMultipartUpload>"))));

    [Fact]
    public void Buckets_versioning_and_tags_are_read()
    {
        Assert.Null(CreateBucketBody.Parse(default).LocationConstraint);
        Assert.Null(CreateBucketBody.Parse(Utf8($"<CreateBucketConfiguration{Ns}/>")).LocationConstraint);
        var bucket = CreateBucketBody.Parse(Utf8(
            "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint><Tags><Tag><Key>a</Key><Value>b</Value></Tag>"
            + "</Tags></CreateBucketConfiguration>"));
        Assert.Equal("eu-west-1", bucket.LocationConstraint);
        Assert.Equal([new Tag("a", "b")], bucket.Tags);

        Assert.True(VersioningBody.Parse(Utf8("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")).IsEnabled);
        Assert.Equal(
            new VersioningBody(false, false),
            VersioningBody.Parse(
                Utf8("<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>")));
        foreach (var bad in new[] { "", "<Status>enabled</Status>", "<Status/>" })
            Assert.Equal(
                StoreError.MalformedXml,
                Refusal(() => VersioningBody.Parse(Utf8($"<VersioningConfiguration>{bad}</VersioningConfiguration>"))));
    }

    [Theory]
    [InlineData("<Tag><Key>a</Key><Value>b c é/+-=._:@</Value></Tag><Tag><Key>b</Key><Value></Value></Tag>", null)]
    [InlineData("", null)]
    [InlineData("<Tag><Key>a</Key><Value>b</Value></Tag><Tag><Key>a</Key><Value>c</Value></Tag>", StoreError.InvalidTag)]
    [InlineData("<Tag><Key>aws:x</Key><Value>b</Value></Tag>", StoreError.InvalidTag)]
    [InlineData("<Tag><Key></Key><Value>b</Value></Tag>", StoreError.InvalidTag)]
    [InlineData("<Tag><Key>a&lt;</Key><Value>b</Value></Tag>", StoreError.InvalidTag)]
    [InlineData("<Tag><Key>a</Key><Value>&#9;</Value></Tag>", StoreError.InvalidTag)]
    [InlineData("<Tag><Key>a</Key></Tag>", StoreError.MalformedXml)]
    [InlineData("<Tag><Key>a</Key><Key>a</Key><Value>b</Value></Tag>", StoreError.MalformedXml)]
    [InlineData("<Tog/>", StoreError.MalformedXml)]
    public void Tags_keep_their_limits(string tags, StoreError? error)
    {
        ReadOnlyMemory<byte> body = Utf8($"<Tagging><TagSet>{tags}</TagSet></Tagging>");
        if (error is null)
            TaggingBody.Parse(body, TagRules.MaxObjectTags);
        else
            Assert.Equal(error, Refusal(() => TaggingBody.Parse(body, TagRules.MaxObjectTags)));
    }

    [Fact]
    public void Eleven_tags_are_too_many_for_an_object_and_few_for_a_bucket()
    {
        var tags = string.Concat(Enumerable.Range(0, 11).Select(i => $"<Tag><Key>k{i}</Key><Value/></Tag>"));
        var body = Utf8($"<Tagging><TagSet>{tags}</TagSet></Tagging>");

        Assert.Equal(StoreError.InvalidTag, Refusal(() => TaggingBody.Parse(body, TagRules.MaxObjectTags)));
        Assert.Equal(11, TaggingBody.Parse(body, TagRules.MaxBucketTags).Count);
        Assert.Equal(StoreError.InvalidTag, Refusal(() => TagRules.Check([new Tag(new string('k', 129), "")], 10)));
        Assert.Equal(StoreError.InvalidTag, Refusal(() => TagRules.Check([new Tag("k", new string('v', 257))], 10)));
    }

    [Fact]
    public void The_tagging_header_is_a_query()
    {
        Assert.Empty(TaggingHeader.Parse(null));
        Assert.Equal([new Tag("a b", "c/d"), new Tag("e", "")], TaggingHeader.Parse("a+b=c%2Fd&e"));
        Assert.Equal(StoreError.InvalidArgument, Refusal(() => TaggingHeader.Parse("a=%zz")));
        Assert.Equal(StoreError.InvalidArgument, Refusal(() => TaggingHeader.Parse("a=1&a=2")));
    }

    [Fact]
    public void Grants_are_read()
    {
        var acl = AccessControlBody.Parse(Utf8(
            $"<AccessControlPolicy{Ns}><Owner><ID>me</ID><DisplayName>x</DisplayName></Owner><AccessControlList>"
            + "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>me</ID></Grantee>"
            + "<Permission>FULL_CONTROL</Permission></Grant>"
            + "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">"
            + "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>"
            + "</AccessControlList></AccessControlPolicy>"));

        Assert.Equal("me", acl.OwnerId);
        Assert.Equal(
            [new Grant(GranteeKind.CanonicalUser, "me", AclPermission.FullControl), new Grant(
                GranteeKind.Group, Grant.AllUsers, AclPermission.Read)],
            acl.Grants);
    }

    [Theory]
    [InlineData("<Grant/>")]
    [InlineData("<Grant><Grantee><ID>a</ID></Grantee></Grant>")]
    [InlineData("<Grant><Grantee><ID>a</ID></Grantee><Permission>ALL</Permission></Grant>")]
    [InlineData("<Grant><Grantee><URI>urn:x</URI></Grantee><Permission>READ</Permission></Grant>")]
    [InlineData("<Other/>")]
    public void Grants_that_mean_nothing_are_refused(string grant) => Assert.Equal(
        StoreError.MalformedAcl,
        Refusal(() => AccessControlBody.Parse(
            Utf8($"<AccessControlPolicy><AccessControlList>{grant}</AccessControlList></AccessControlPolicy>"))));

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<NonNull<string>>(),
        (noise, text) =>
        {
            foreach (var body in new[] { noise, Encoding.UTF8.GetBytes($"<Delete>{text.Get}</Delete>") })
            {
                foreach (var parse in new Action<ReadOnlyMemory<byte>>[]
                {
                    b => DeleteBody.Parse(b), b => CompleteUploadBody.Parse(b), b => TaggingBody.Parse(b, 10), b => VersioningBody.Parse(b),
                    b => AccessControlBody.Parse(b), b => CreateBucketBody.Parse(b),
                })
                {
                    try
                    {
                        parse(body);
                    }
                    catch (StoreException)
                    {
                    }
                }
            }
        }).QuickCheckThrowOnFailure();

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static StoreError Refusal(Action parse) => Assert.Throws<StoreException>(parse).Error;
}
