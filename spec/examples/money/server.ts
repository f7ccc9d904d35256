import { serve } from 'ringsnake';
import { MoneyServer } from './money.gen.js';

const money = new MoneyServer({
  write: (amount, currency, locale) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount),
});

serve(money);
