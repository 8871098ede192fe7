<?xml version="1.0" encoding="UTF-8"?>
<!-- Shows a Define-XML 2.1 file in a browser: datasets, variables, values, codelists, methods, comments. No scripts. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:odm="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1"
    xmlns:xlink="http://www.w3.org/1999/xlink" exclude-result-prefixes="odm def xlink">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:key name="item" match="odm:ItemDef" use="@OID"/>
  <xsl:key name="codelist" match="odm:CodeList" use="@OID"/>
  <xsl:key name="method" match="odm:MethodDef" use="@OID"/>
  <xsl:key name="comment" match="def:CommentDef" use="@OID"/>
  <xsl:key name="valuelist" match="def:ValueListDef" use="@OID"/>
  <xsl:key name="where" match="def:WhereClauseDef" use="@OID"/>
  <xsl:key name="leaf" match="def:leaf" use="@ID"/>
  <xsl:key name="standard" match="def:Standard" use="@OID"/>
  <xsl:key name="users" match="odm:ItemDef" use="odm:CodeListRef/@CodeListOID"/>

  <xsl:variable name="study" select="/odm:ODM/odm:Study"/>
  <xsl:variable name="version" select="$study/odm:MetaDataVersion"/>

  <xsl:template match="/">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title><xsl:value-of select="$version/@Name"/></title>
        <style>
          :root { color-scheme: light; --line: #c9d1d9; --soft: #f3f6f9; --ink: #1b2733; --link: #0a5c9e; }
          * { box-sizing: border-box; }
          body { margin: 0; font: 14px/1.45 system-ui, "Segoe UI", Arial, sans-serif; color: var(--ink); }
          nav { position: fixed; inset: 0 auto 0 0; width: 15rem; overflow-y: auto; padding: 1rem; background: var(--soft); border-right: 1px solid var(--line); }
          nav h2 { margin: 1rem 0 .25rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; }
          nav ul { list-style: none; margin: 0; padding: 0; }
          nav li { padding: .1rem 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
          main { margin-left: 15rem; padding: 1.25rem 1.5rem 4rem; }
          a { color: var(--link); text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
          h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.75rem 0 .4rem; }
          table { border-collapse: collapse; width: 100%; margin: .25rem 0 1rem; }
          th, td { border: 1px solid var(--line); padding: .28rem .5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
          th { background: var(--soft); font-weight: 600; position: sticky; top: 0; }
          td.number { text-align: right; font-variant-numeric: tabular-nums; }
          td.source { min-width: 18rem; max-width: 34rem; }
          code { font-family: ui-monospace, Consolas, monospace; font-size: .93em; }
          .quiet { color: #55636f; } .tag { border: 1px solid var(--line); border-radius: .6rem; padding: 0 .4rem; font-size: .85em; white-space: nowrap; }
          @media (max-width: 60rem) { nav { position: static; width: auto; } main { margin-left: 0; } }
          @media print { nav { display: none; } main { margin: 0; } th { position: static; } }
        </style>
      </head>
      <body>
        <xsl:call-template name="navigation"/>
        <main>
          <h1><xsl:value-of select="$version/@Name"/></h1>
          <p class="quiet">
            <xsl:value-of select="$study/odm:GlobalVariables/odm:StudyDescription"/><br/>
            Define-XML <xsl:value-of select="$version/@def:DefineVersion"/>, written <xsl:value-of select="/odm:ODM/@CreationDateTime"/>
          </p>
          <xsl:call-template name="standards"/>
          <xsl:call-template name="documents"/>
          <xsl:call-template name="datasets"/>
          <xsl:apply-templates select="$version/odm:ItemGroupDef"/>
          <xsl:if test="$version/def:ValueListDef"><h2 id="values">Value-level metadata</h2></xsl:if>
          <xsl:apply-templates select="$version/odm:ItemGroupDef" mode="values"/>
          <xsl:if test="$version/odm:CodeList"><h2 id="codelists">Controlled terms</h2></xsl:if>
          <xsl:apply-templates select="$version/odm:CodeList"/>
          <xsl:call-template name="methods"/>
          <xsl:call-template name="comments"/>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="navigation">
    <nav aria-label="Contents">
      <h2><a href="#datasets">Datasets</a></h2>
      <ul>
        <xsl:for-each select="$version/odm:ItemGroupDef">
          <li><a href="#{@OID}"><xsl:value-of select="@Name"/></a><span class="quiet"><xsl:text> </xsl:text><xsl:value-of select="odm:Description/odm:TranslatedText"/></span></li>
        </xsl:for-each>
      </ul>
      <xsl:if test="$version/def:ValueListDef"><h2><a href="#values">Value level</a></h2></xsl:if>
      <h2><a href="#codelists">Controlled terms</a></h2>
      <ul>
        <xsl:for-each select="$version/odm:CodeList">
          <xsl:sort select="@Name"/>
          <li><a href="#{@OID}"><xsl:value-of select="@Name"/></a></li>
        </xsl:for-each>
      </ul>
      <h2><a href="#methods">Methods</a></h2>
      <h2><a href="#comments">Comments</a></h2>
    </nav>
  </xsl:template>

  <xsl:template name="standards">
    <h2 id="standards">Standards</h2>
    <table>
      <tr><th>Standard</th><th>Type</th><th>Version</th><th>Status</th></tr>
      <xsl:for-each select="$version/def:Standards/def:Standard">
        <tr id="{@OID}">
          <td><xsl:value-of select="@Name"/><xsl:if test="@PublishingSet"><xsl:text> </xsl:text><xsl:value-of select="@PublishingSet"/></xsl:if></td>
          <td><xsl:value-of select="@Type"/></td><td><xsl:value-of select="@Version"/></td><td><xsl:value-of select="@Status"/></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template name="documents">
    <xsl:if test="$version/def:SupplementalDoc">
      <h2 id="documents">Documents</h2>
      <ul>
        <xsl:for-each select="$version/def:SupplementalDoc/def:DocumentRef">
          <xsl:for-each select="key('leaf', @leafID)"><li><a href="{@xlink:href}"><xsl:value-of select="def:title"/></a></li></xsl:for-each>
        </xsl:for-each>
      </ul>
    </xsl:if>
  </xsl:template>

  <xsl:template name="datasets">
    <h2 id="datasets">Datasets</h2>
    <table>
      <tr><th>Dataset</th><th>Description</th><th>Class</th><th>Structure</th><th>Purpose</th><th>Keys</th><th>Comment</th><th>File</th></tr>
      <xsl:for-each select="$version/odm:ItemGroupDef">
        <tr>
          <td><a href="#{@OID}"><xsl:value-of select="@Name"/></a></td>
          <td><xsl:value-of select="odm:Description/odm:TranslatedText"/></td>
          <td><xsl:value-of select="def:Class/@Name"/></td>
          <td><xsl:value-of select="@def:Structure"/></td>
          <td><xsl:value-of select="@Purpose"/></td>
          <td>
            <xsl:for-each select="odm:ItemRef[@KeySequence]">
              <xsl:sort select="@KeySequence" data-type="number"/>
              <xsl:if test="position() > 1">, </xsl:if><xsl:value-of select="key('item', @ItemOID)/@Name"/>
            </xsl:for-each>
          </td>
          <td><xsl:if test="@def:CommentOID"><a href="#{@def:CommentOID}"><xsl:value-of select="key('comment', @def:CommentOID)/odm:Description/odm:TranslatedText"/></a></xsl:if></td>
          <td><xsl:for-each select="def:leaf"><a href="{@xlink:href}"><xsl:value-of select="def:title"/></a></xsl:for-each></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="odm:ItemGroupDef">
    <h3 id="{@OID}"><xsl:value-of select="@Name"/>: <xsl:value-of select="odm:Description/odm:TranslatedText"/><xsl:text> </xsl:text>
      <span class="quiet">(<xsl:for-each select="def:leaf"><a href="{@xlink:href}"><xsl:value-of select="def:title"/></a></xsl:for-each>)</span></h3>
    <table>
      <tr><th>Variable</th><th>Label</th><th>Key</th><th>Type</th><th>Length</th><th>Codelist or format</th><th>Role</th><th>Origin</th><th>Source, method, comment</th></tr>
      <xsl:for-each select="odm:ItemRef">
        <xsl:variable name="item" select="key('item', @ItemOID)"/>
        <tr id="{@ItemOID}">
          <td><code><xsl:value-of select="$item/@Name"/></code><xsl:if test="@Mandatory = 'Yes'"><span class="quiet" title="required"> *</span></xsl:if></td>
          <td><xsl:value-of select="$item/odm:Description/odm:TranslatedText"/></td>
          <td class="number"><xsl:value-of select="@KeySequence"/></td>
          <td><xsl:value-of select="$item/@DataType"/></td>
          <td class="number"><xsl:call-template name="length"><xsl:with-param name="item" select="$item"/></xsl:call-template></td>
          <td><xsl:call-template name="terms"><xsl:with-param name="item" select="$item"/></xsl:call-template></td>
          <td><xsl:value-of select="@Role"/></td>
          <td><xsl:call-template name="origin"><xsl:with-param name="item" select="$item"/></xsl:call-template></td>
          <td class="source">
            <xsl:value-of select="$item/def:Origin/odm:Description/odm:TranslatedText"/>
            <xsl:if test="@MethodOID"><a href="#{@MethodOID}"><xsl:value-of select="key('method', @MethodOID)/odm:Description/odm:TranslatedText"/></a></xsl:if>
            <xsl:if test="$item/def:ValueListRef"><xsl:text> </xsl:text><a href="#{$item/def:ValueListRef/@ValueListOID}">By value</a></xsl:if>
          </td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="odm:ItemGroupDef" mode="values">
    <xsl:variable name="dataset" select="@Name"/>
    <xsl:for-each select="odm:ItemRef">
      <xsl:variable name="item" select="key('item', @ItemOID)"/>
      <xsl:for-each select="key('valuelist', $item/def:ValueListRef/@ValueListOID)">
        <h3 id="{@OID}"><xsl:value-of select="$dataset"/>.<xsl:value-of select="$item/@Name"/></h3>
        <table>
          <tr><th>Where</th><th>Meaning</th><th>Type</th><th>Length</th><th>Codelist or format</th><th>Origin</th></tr>
          <xsl:for-each select="odm:ItemRef">
            <xsl:variable name="value" select="key('item', @ItemOID)"/>
            <tr id="{@ItemOID}">
              <td><xsl:for-each select="key('where', def:WhereClauseRef/@WhereClauseOID)/odm:RangeCheck">
                <xsl:if test="position() > 1"><br/><xsl:text>and </xsl:text></xsl:if>
                <code><xsl:value-of select="key('item', @def:ItemOID)/@Name"/></code> = <xsl:value-of select="odm:CheckValue"/>
              </xsl:for-each></td>
              <td><xsl:value-of select="$value/odm:Description/odm:TranslatedText"/></td>
              <td><xsl:value-of select="$value/@DataType"/></td>
              <td class="number"><xsl:call-template name="length"><xsl:with-param name="item" select="$value"/></xsl:call-template></td>
              <td><xsl:call-template name="terms"><xsl:with-param name="item" select="$value"/></xsl:call-template></td>
              <td><xsl:call-template name="origin"><xsl:with-param name="item" select="$value"/></xsl:call-template></td>
            </tr>
          </xsl:for-each>
        </table>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="length">
    <xsl:param name="item"/>
    <xsl:value-of select="$item/@Length"/>
    <xsl:if test="$item/@SignificantDigits and $item/@SignificantDigits != '0'"> (<xsl:value-of select="$item/@SignificantDigits"/>)</xsl:if>
  </xsl:template>

  <xsl:template name="terms">
    <xsl:param name="item"/>
    <xsl:for-each select="$item/odm:CodeListRef"><a href="#{@CodeListOID}"><xsl:value-of select="key('codelist', @CodeListOID)/@Name"/></a></xsl:for-each>
    <xsl:if test="not($item/odm:CodeListRef)">
      <xsl:value-of select="$item/@def:DisplayFormat"/>
      <xsl:if test="contains($item/@DataType, 'ate') or contains($item/@DataType, 'uration')"><xsl:if test="$item/@DataType != 'date' or not($item/@def:DisplayFormat)"><span class="quiet">ISO 8601</span></xsl:if></xsl:if>
    </xsl:if>
  </xsl:template>

  <xsl:template name="origin">
    <xsl:param name="item"/>
    <xsl:value-of select="$item/def:Origin/@Type"/>
    <xsl:if test="$item/def:Origin/@Source"><span class="quiet"> (<xsl:value-of select="$item/def:Origin/@Source"/>)</span></xsl:if>
  </xsl:template>

  <xsl:template match="odm:CodeList">
    <h3 id="{@OID}"><xsl:value-of select="@Name"/><xsl:text> </xsl:text>
      <xsl:if test="odm:Alias[@Context = 'nci:ExtCodeID']"><span class="quiet"><xsl:value-of select="odm:Alias[@Context = 'nci:ExtCodeID']/@Name"/></span></xsl:if>
      <xsl:if test="@def:IsNonStandard"><span class="tag">of the study</span></xsl:if>
    </h3>
    <p class="quiet">Used by
      <xsl:for-each select="key('users', @OID)"><xsl:if test="position() &lt; 13"><xsl:if test="position() > 1">, </xsl:if><a href="#{@OID}"><xsl:value-of select="substring-after(@OID, 'IT.')"/></a></xsl:if><xsl:if test="position() = 13"> and others</xsl:if></xsl:for-each>
    </p>
    <xsl:choose>
      <xsl:when test="odm:ExternalCodeList"><p>Terms of <xsl:value-of select="odm:ExternalCodeList/@Dictionary"/>, version <xsl:value-of select="odm:ExternalCodeList/@Version"/></p></xsl:when>
      <xsl:otherwise>
        <table>
          <tr><th>Term</th><xsl:if test="odm:CodeListItem"><th>Meaning</th></xsl:if><th>NCI code</th></tr>
          <xsl:for-each select="odm:CodeListItem | odm:EnumeratedItem">
            <tr>
              <td><xsl:value-of select="@CodedValue"/><xsl:if test="@def:ExtendedValue"><xsl:text> </xsl:text><span class="tag">extended</span></xsl:if></td>
              <xsl:if test="self::odm:CodeListItem"><td><xsl:value-of select="odm:Decode/odm:TranslatedText"/></td></xsl:if>
              <td><xsl:value-of select="odm:Alias[@Context = 'nci:ExtCodeID']/@Name"/></td>
            </tr>
          </xsl:for-each>
        </table>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="methods">
    <h2 id="methods">Methods</h2>
    <table>
      <tr><th>Method</th><th>Type</th><th>Description</th></tr>
      <xsl:for-each select="$version/odm:MethodDef">
        <tr id="{@OID}"><td><xsl:value-of select="@Name"/></td><td><xsl:value-of select="@Type"/></td><td><xsl:value-of select="odm:Description/odm:TranslatedText"/></td></tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template name="comments">
    <h2 id="comments">Comments</h2>
    <table>
      <tr><th>Comment</th><th>Text</th></tr>
      <xsl:for-each select="$version/def:CommentDef">
        <tr id="{@OID}"><td><xsl:value-of select="substring-after(@OID, 'COM.')"/></td><td><xsl:value-of select="odm:Description/odm:TranslatedText"/></td></tr>
      </xsl:for-each>
    </table>
  </xsl:template>
</xsl:stylesheet>
