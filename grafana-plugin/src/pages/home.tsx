import React from 'react';
import { PluginPage } from '@grafana/runtime';
import { Alert, LinkButton, Text, TextLink, useStyles2 } from '@grafana/ui';
import { boards } from '../boards.ts';
import { APP_PATH } from '../ids.ts';
import { useAsync } from '../shared/use-async.ts';
import { type Answer, ask, findDataSource, lastDays, NoDataSource } from './ask.ts';
import { type FigureName, figureQuestions } from './figure-questions.ts';
import { type Figure, figures } from './figures.ts';
import { fiveQuestions } from './five-questions.ts';
import { NoSource } from './no-source.tsx';
import { QuestionCard, TrustCard } from './question-card.tsx';
import { pageStyles } from './styles.ts';

/** Five questions, a figure for each, and the dashboards that answer them. */
export function HomePage() {
  const styles = useStyles2(pageStyles);
  const { value, error, isLoading } = useAsync(
    async () => ask(await findDataSource(), figureQuestions, lastDays(30)),
    [],
  );
  if (error instanceof NoDataSource) return <PluginPage>{<NoSource />}</PluginPage>;
  const failed = value !== null && Object.values(value).every((answer) => 'error' in answer);
  return (
    <PluginPage
      actions={
        <LinkButton href={`/d/${boards.overview}`} icon="apps">
          Platform overview
        </LinkButton>
      }
      subTitle={
        <Text color="secondary">
          What the platform is used for, what it costs and what lies idle. Figures are of the last 30 days, of groups of
          people, never of one.
        </Text>
      }
    >
      <div className={styles.page}>
        {(error !== null || failed) && (
          <Alert severity="warning" title="There are no figures at the moment">
            The dashboards may still open. The <TextLink href={`${APP_PATH}/check`}>configuration check</TextLink> says
            what is missing.
          </Alert>
        )}
        <div className={styles.cards}>
          {fiveQuestions.map((question) => (
            <QuestionCard
              key={question.figure}
              question={question}
              figure={figureOf(question.figure, value?.[question.figure])}
              isLoading={isLoading && value === null}
            />
          ))}
          <TrustCard />
        </div>
      </div>
    </PluginPage>
  );
}

function figureOf(name: FigureName, answer: Answer | undefined): Figure | null {
  return answer !== undefined && 'frame' in answer ? figures[name](answer.frame) : null;
}
